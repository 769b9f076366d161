//! Moving within panes and between them, and opening what is selected. Looking is not reading: only opening marks read.

use crate::command::Command;

use super::list::After;
use super::tree::{Fold, Node};
use super::{App, Arrangement, ListState, Pane, marks, views};

/// How far, in the units of the pane in focus. Negative goes up.
#[derive(Clone, Copy, Debug)]
pub enum Distance {
    Lines(isize),
    HalfPages(isize),
    Pages(isize),
}

/// How far a command moves that moves by lines or pages; `None` for every other.
pub fn distance_of(command: Command, times: isize) -> Option<Distance> {
    let distances = [
        (Command::Down, Distance::Lines(times)),
        (Command::Up, Distance::Lines(-times)),
        (Command::HalfPageDown, Distance::HalfPages(times)),
        (Command::HalfPageUp, Distance::HalfPages(-times)),
        (Command::PageDown, Distance::Pages(times)),
        (Command::PageUp, Distance::Pages(-times)),
        (Command::PageOn, Distance::Pages(times)),
        (Command::PageBack, Distance::Pages(-times)),
    ];
    distances.into_iter().find(|(it, _)| *it == command).map(|(_, distance)| distance)
}

/// Moves the cursor of the pane in focus, or scrolls it.
pub fn by(app: &mut App, distance: Distance) {
    let page = page(app);
    let lines = match distance {
        Distance::Lines(lines) => lines,
        Distance::HalfPages(times) => times.saturating_mul((page / 2).max(1) as isize),
        // One line stays, so that the eye finds its place.
        Distance::Pages(times) => times.saturating_mul((page.max(2) - 1) as isize),
    };
    match app.focus {
        Pane::Feeds => {
            let last = app.tree.rows.len().saturating_sub(1);
            app.tree.cursor = app.tree.cursor.saturating_add_signed(lines).min(last);
            views::show_node(app);
        }
        Pane::Articles => {
            let cursor = app.list.cursor.saturating_add_signed(lines);
            app.list.go_to(cursor);
        }
        Pane::Text => app.reading.scroll(lines, page),
        Pane::Info => scroll_info(app, lines),
    }
}

/// Goes to a line of the pane in focus, from 0; beyond the end is the end.
pub fn to(app: &mut App, line: usize) {
    match app.focus {
        Pane::Feeds => {
            app.tree.cursor = line.min(app.tree.rows.len().saturating_sub(1));
            views::show_node(app);
        }
        Pane::Articles => app.list.go_to(line),
        Pane::Text => {
            app.reading.top = line;
            app.reading.keep_visible(page(app));
        }
        Pane::Info => {
            app.info_top = 0;
            scroll_info(app, isize::try_from(line).unwrap_or(isize::MAX));
        }
    }
}

/// Opens the article that is `steps` further in the list, from whichever pane.
pub fn step_article(app: &mut App, steps: isize) {
    if app.list.ids.is_empty() {
        app.tell("There is no article here.");
        return;
    }
    let before = app.list.cursor;
    let cursor = before.saturating_add_signed(steps);
    app.list.go_to(cursor);
    if app.list.cursor != before {
        show_opened(app);
    } else if steps < 0 {
        app.tell("This is the first article of the list.");
    } else if app.list.state != ListState::Begun {
        app.tell("This is the last article of the list.");
    }
}

/// Opens the selected article and goes to its text.
pub fn open_selected(app: &mut App) {
    if app.list.selected_id().is_none() {
        if app.list.state == ListState::Loading {
            app.list.after = After::OpenSelected;
        }
        return;
    }
    marks::opened(app);
    app.focus = Pane::Text;
}

/// Opening by n, p, J, K and Space leaves the focus where it is, unless the text would then not be seen.
pub fn show_opened(app: &mut App) {
    marks::opened(app);
    if app.geometry().text.is_none() {
        app.focus = Pane::Text;
    }
}

/// Enter: opens what the pane in focus has selected.
pub fn enter(app: &mut App) {
    match app.focus {
        Pane::Feeds => {
            let fold = app.tree.rows.get(app.tree.cursor).map(|it| it.fold);
            match fold {
                Some(Fold::Open) => {
                    app.tree.fold(false);
                }
                Some(Fold::Closed) => {
                    app.tree.fold(true);
                }
                Some(Fold::Leaf) | None => app.focus = Pane::Articles,
            }
        }
        Pane::Articles | Pane::Text => open_selected(app),
        Pane::Info => app.focus = Pane::Text,
    }
}

pub fn left(app: &mut App) {
    match app.focus {
        Pane::Feeds => {
            if !app.tree.fold(false)
                && let Some(parent) = app.tree.parent()
            {
                app.tree.cursor = parent;
                views::show_node(app);
            }
        }
        Pane::Articles => focus(app, Pane::Feeds),
        Pane::Text => focus(app, Pane::Articles),
        Pane::Info => {
            let beneath_list = !app.linear() && app.geometry().arrangement == Arrangement::Three;
            focus(app, if beneath_list { Pane::Feeds } else { Pane::Text });
        }
    }
}

pub fn right(app: &mut App) {
    match app.focus {
        Pane::Feeds => {
            let on_heading = matches!(app.tree.node(), Some(Node::Tags | Node::Searches));
            if !app.tree.fold(true) && !on_heading {
                focus(app, Pane::Articles);
            }
        }
        Pane::Articles => focus(app, Pane::Text),
        Pane::Text if app.geometry().info.is_some() => focus(app, Pane::Info),
        Pane::Text | Pane::Info => {}
    }
}

/// The next pane of those on screen, or of those there are where only one is shown at a time.
pub fn next_pane(app: &mut App, step: isize) {
    let geometry = app.geometry();
    let order = [Pane::Feeds, Pane::Articles, Pane::Text, Pane::Info];
    let shown: Vec<Pane> = match geometry.arrangement {
        Arrangement::One | Arrangement::TooSmall => order.to_vec(),
        Arrangement::Stacked | Arrangement::Three | Arrangement::Four if app.zen => order.to_vec(),
        Arrangement::Stacked => order.into_iter().filter(|it| *it != Pane::Info || geometry.info.is_some()).collect(),
        Arrangement::Three | Arrangement::Four => order.into_iter().filter(|it| geometry.area(*it).is_some()).collect(),
    };
    let at = shown.iter().position(|it| *it == app.focus).unwrap_or(0) as isize;
    let next = (at + step).rem_euclid(shown.len().max(1) as isize) as usize;
    if let Some(pane) = shown.get(next) {
        focus(app, *pane);
    }
}

/// The text keeps the screen to itself where it has it.
pub fn focus_kept_zen(app: &mut App, pane: Pane) {
    app.focus = pane;
}

pub fn focus(app: &mut App, pane: Pane) {
    if pane != Pane::Text {
        app.zen = false;
    }
    app.focus = pane;
}

pub fn toggle_info(app: &mut App) {
    app.zen = false;
    match app.arrangement() {
        Arrangement::Four => app.info_beside = !app.info_beside,
        Arrangement::Three | Arrangement::Stacked => app.info_under = app.geometry().info.is_none(),
        Arrangement::One | Arrangement::TooSmall => {
            app.focus = if app.focus == Pane::Info { Pane::Text } else { Pane::Info };
            return;
        }
    }
    // Where it is hidden it can't keep the focus, which would show it again.
    if app.focus == Pane::Info {
        app.focus = Pane::Text;
    }
}

fn page(app: &App) -> usize {
    let geometry = app.geometry();
    match app.focus {
        Pane::Articles => app.list_page(),
        pane @ (Pane::Feeds | Pane::Text | Pane::Info) => geometry.area(pane).map_or(1, |it| usize::from(it.height)),
    }
}

pub fn scroll_info(app: &mut App, lines: isize) {
    let Some(area) = app.geometry().info else { return };
    let last = app.info_lines(area.width).len().saturating_sub(usize::from(area.height));
    app.info_top = app.info_top.saturating_add_signed(lines).min(last);
}
