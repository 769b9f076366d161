//! The stage of a scene: a reader whose questions are answered at once by a world in memory, or held back to be answered
//! later, out of order, or not at all.

use dateline::app::{
    App, Effect, Message, Mouse, MouseKind, Remembered, Settings, Size, Ticket, Typesetting, typeset, update,
};
use dateline::command::Key;
use dateline::config::{ColorWish, Config, ConfigError, Flags, Mistake, TerminalKind, Theme, Themes};
use dateline::news::{CleanText, Limit, Now, Timestamp, Zone};
use dateline::store::{Ask, Change};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::world::{self, World};

pub struct Scene {
    pub app: App,
    pub world: World,
    pub now: Now,
    size: Size,
    /// Questions and changes that wait to be answered, oldest first.
    pub asked: Vec<(Ticket, Ask)>,
    pub wanted: Vec<(Ticket, Change)>,
    /// Large texts that wait to be laid out.
    pub texts: Vec<(Ticket, Box<Typesetting>)>,
    /// Whether questions are answered as they are asked, and changes made.
    pub answers: bool,
    pub makes_changes: bool,
    /// What else was asked for: refreshing, browsers, the clipboard, the end.
    pub effects: Vec<Effect>,
    /// Every change asked for so far.
    pub changes: Vec<Change>,
    /// The person's settings, as if in their file.
    pub config: String,
}

impl Scene {
    pub fn of(world: World, width: u16, height: u16) -> Scene {
        let mut scene = Scene::before_answers(world, width, height);
        scene.answers = true;
        scene.answer_all();
        scene
    }

    pub fn without_colour(world: World, width: u16, height: u16) -> Scene {
        Scene::themed(world, width, height, Theme::without_colour())
    }

    pub fn themed(world: World, width: u16, height: u16, theme: Theme) -> Scene {
        let mut scene = Scene::with_theme(world, width, height, theme);
        scene.answers = true;
        scene.answer_all();
        scene
    }

    /// Started, and nothing answered yet.
    pub fn before_answers(world: World, width: u16, height: u16) -> Scene {
        Scene::with_theme(world, width, height, Theme::terminal())
    }

    /// With a person's settings.
    pub fn set(world: World, width: u16, height: u16, config: &str) -> Scene {
        let mut scene = Scene::started(world, width, height, None, config, Remembered::default());
        scene.answers = true;
        scene.answer_all();
        scene
    }

    /// As somebody left it who had it like this.
    pub fn remembering(world: World, width: u16, height: u16, remembered: Remembered) -> Scene {
        let mut scene = Scene::started(world, width, height, Some(Theme::terminal()), "", remembered);
        scene.answers = true;
        scene.answer_all();
        scene
    }

    /// The person has saved their file.
    pub fn save(&mut self, config: &str) {
        self.config = config.to_owned();
        self.tell(Message::Configured(configured(config).map(Box::new).map_err(ConfigError::Mistakes)));
    }

    fn with_theme(world: World, width: u16, height: u16, theme: Theme) -> Scene {
        Scene::started(world, width, height, Some(theme), "", Remembered::default())
    }

    fn started(
        world: World,
        width: u16,
        height: u16,
        theme: Option<Theme>,
        config: &str,
        remembered: Remembered,
    ) -> Scene {
        let now = Now { utc: world::now(), zone: Zone::utc() };
        let terminal = TerminalKind { term: "xterm-256color".to_owned(), ..TerminalKind::default() };
        let plain = Settings::new(configured(config).unwrap(), terminal, ColorWish::Auto);
        let theme = theme.unwrap_or_else(|| plain.theme.clone());
        let settings = Settings { theme, remembered, ..plain };
        let size = Size { width, height };
        let (app, effects) = App::start(size, &now, settings);
        let mut scene = Scene {
            app,
            world,
            now,
            size,
            asked: Vec::new(),
            wanted: Vec::new(),
            texts: Vec::new(),
            answers: false,
            makes_changes: true,
            effects: Vec::new(),
            changes: Vec::new(),
            config: config.to_owned(),
        };
        scene.take(effects);
        scene
    }

    /// Keys as the map writes them, words apart: `j t dunia <enter> u`. A word that is not one key is its letters.
    pub fn keys(mut self, keys: &str) -> Scene {
        self.press(keys);
        self
    }

    pub fn press(&mut self, keys: &str) {
        for word in keys.split_whitespace() {
            match Key::parse(word) {
                Ok(key) => self.tell(Message::Key(key)),
                Err(_) => word.chars().for_each(|it| self.tell(Message::Key(Key::char(it)))),
            }
        }
    }

    /// Puts the tree's cursor on a feed, as somebody would with j.
    pub fn select_feed(mut self, title: &str) -> Scene {
        self.press("gf gg");
        for _ in 0..self.app.tree().rows.len() {
            if self.app.tree().rows[self.app.tree().cursor].name.as_str() == title {
                return self;
            }
            self.press("j");
        }
        panic!("no feed {title}");
    }

    pub fn tell(&mut self, message: Message) {
        let effects = update(&mut self.app, &self.now, message);
        self.take(effects);
    }

    /// The left button goes down and up at the cell where `text` begins on the screen.
    pub fn click(&mut self, text: &str) {
        let (column, line) = self.find(text);
        self.mouse(MouseKind::Press, column, line);
        self.mouse(MouseKind::Release, column, line);
    }

    pub fn mouse(&mut self, kind: MouseKind, column: u16, line: u16) {
        self.tell(Message::Mouse(Mouse { kind, column, line }));
    }

    /// The cell at which `text` begins.
    pub fn find(&self, text: &str) -> (u16, u16) {
        let lines = self.lines();
        let line = lines.iter().position(|it| it.contains(text));
        let line = line.unwrap_or_else(|| panic!("no {text:?} in\n{}", lines.join("\n")));
        let before = lines[line].split(text).next().unwrap_or_default();
        (dateline::text::width(before) as u16, line as u16)
    }

    pub fn fail(&mut self, sentence: &str) {
        self.tell(Message::Failed(CleanText::line(sentence, Limit::SENTENCE)));
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = Size { width, height };
        self.tell(Message::Resized(self.size));
    }

    pub fn pass_seconds(&mut self, seconds: i64) {
        self.now.utc = self.now.utc.plus(seconds);
        self.tell(Message::Woke);
    }

    pub fn at(&self) -> Timestamp {
        self.now.utc
    }

    /// Answers the oldest question.
    pub fn answer_next(&mut self) {
        let (ticket, ask) = self.asked.remove(0);
        self.answer(ticket, &ask);
    }

    pub fn answer(&mut self, ticket: Ticket, ask: &Ask) {
        let answer = self.world.answer(ask);
        self.tell(Message::Answered(ticket, Ok(answer)));
    }

    pub fn answer_all(&mut self) {
        while !self.asked.is_empty() {
            self.answer_next();
        }
    }

    pub fn selected(&self) -> String {
        self.app.list().selected().map_or_else(String::new, |it| it.title.to_string())
    }

    pub fn titles(&self) -> Vec<String> {
        let list = self.app.list();
        (0..list.ids.len()).map(|at| list.row(at).map_or("?".to_owned(), |it| it.title.to_string())).collect()
    }

    pub fn notice(&self) -> String {
        self.app.notice().map_or_else(String::new, |it| it.sentence.to_string())
    }

    pub fn buffer(&self) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(self.size.width, self.size.height)).unwrap();
        terminal.draw(|frame| dateline::ui::draw(&self.app, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// Where the terminal's cursor stands, if it shows.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let mut terminal = Terminal::new(TestBackend::new(self.size.width, self.size.height)).unwrap();
        // A frame that sets no cursor hides it; this one would stay where it is put first.
        terminal.set_cursor_position((u16::MAX, u16::MAX)).unwrap();
        terminal.draw(|frame| dateline::ui::draw(&self.app, frame)).unwrap();
        let position = terminal.get_cursor_position().unwrap();
        (position.x != u16::MAX).then_some((position.x, position.y))
    }

    /// The lines of the screen, without styles.
    pub fn lines(&self) -> Vec<String> {
        text_of(&self.buffer())
    }

    pub fn shows(&self, text: &str) -> bool {
        self.lines().iter().any(|it| it.contains(text))
    }

    /// The screen, and a letter for the look of each cell.
    pub fn frame(&self) -> String {
        let buffer = self.buffer();
        let mut out = format!("{}×{}\n", self.size.width, self.size.height);
        for line in text_of(&buffer) {
            out.push_str(&format!("{line}|\n"));
        }
        let mut looks: Vec<String> = vec!["plain".to_owned()];
        let mut styles = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            for x in 0..buffer.area.width {
                let cell = &buffer[(x, y)];
                let mut look = format!("{:?}", cell.fg);
                if cell.bg != ratatui::style::Color::Reset {
                    look.push_str(&format!(" on {:?}", cell.bg));
                }
                look = look.replace("Reset", "").trim().to_owned();
                if !cell.modifier.is_empty() {
                    look.push_str(&format!(" {:?}", cell.modifier));
                }
                let look = if look.trim().is_empty() { "plain".to_owned() } else { look.trim().to_owned() };
                let index = looks.iter().position(|it| *it == look).unwrap_or_else(|| {
                    looks.push(look);
                    looks.len() - 1
                });
                line.push(if index == 0 { '.' } else { char::from(b'a' + (index as u8 - 1)) });
            }
            styles.push_str(line.trim_end_matches('.'));
            styles.push('\n');
        }
        out.push_str(&styles);
        for (index, look) in looks.iter().enumerate().skip(1) {
            out.push_str(&format!("{} {look}\n", char::from(b'a' + (index as u8 - 1))));
        }
        out
    }

    /// Every rule between panes is whole: no letter of double width has taken a cell of it.
    pub fn assert_rules_are_straight(&self) {
        let buffer = self.buffer();
        for rule in self.app.geometry().rules {
            if let dateline::app::Rule::Down { x, y, height } = rule {
                for line in y..y + height {
                    let symbol = buffer[(x, line)].symbol();
                    assert!(
                        ["│", "├", "┤", "┃"].contains(&symbol),
                        "{symbol:?} in the rule at {x},{line}\n{}",
                        self.frame()
                    );
                }
            }
        }
        for line in text_of(&buffer) {
            assert_eq!(dateline::text::width(&line), usize::from(buffer.area.width), "{line:?}");
        }
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, ask) => {
                    self.asked.push((ticket, ask));
                    if self.answers {
                        self.answer_all();
                    }
                }
                Effect::Change(ticket, change) => {
                    self.changes.push(change.clone());
                    if self.makes_changes {
                        let changed = self.world.change(&change);
                        self.tell(Message::Changed(ticket, changed));
                    } else {
                        self.wanted.push((ticket, change));
                    }
                }
                Effect::WriteSetting { name, value } => {
                    let config = dateline::config::changed(&self.config, name, value.as_ref()).unwrap();
                    self.save(&config);
                }
                Effect::Typeset(ticket, job) => {
                    if self.answers {
                        self.tell(Message::Typeset(ticket, Box::new(typeset(&job))));
                    } else {
                        self.texts.push((ticket, job));
                    }
                }
                other => self.effects.push(other),
            }
        }
    }
}

fn configured(text: &str) -> Result<Config, Vec<Mistake>> {
    Config::of(Some(("config.toml", text)), Themes::shipped(), &Flags::default())
}

/// Each line as a terminal shows it: the cells that a wide letter covers are not there.
pub fn text_of(buffer: &Buffer) -> Vec<String> {
    (0..buffer.area.height)
        .map(|y| {
            let mut line = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += dateline::text::width(symbol).max(1) as u16;
            }
            line
        })
        .collect()
}
