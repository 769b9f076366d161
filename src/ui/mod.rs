//! Drawing: `draw(&App, &mut Frame)`. Changes nothing, asks nothing, knows no geometry that `app` has not settled.

use crate::app::App;

/// Draws the whole screen.
pub fn draw(_app: &App, _frame: &mut ratatui::Frame) {
    todo!()
}
