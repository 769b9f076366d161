//! How fast the line to the terminal is, told from how long a frame takes until the terminal has it: a write that blocks,
//! or the answer to a question put behind the frame. On a slow line frames are not queued, and a text waits until the
//! hand rests.
//!
//! Reads no clock: moments are given.

use std::time::{Duration, Instant};

/// Smaller frames tell nothing of the line.
const FRAME_BYTES_MIN: usize = 1_024;
/// A frame that takes longer, and fewer bytes a second than that, make a line slow.
const SLOW_AFTER: Duration = Duration::from_millis(200);
const SLOW_BYTES_A_SECOND: u128 = 8 * 1_024;
/// Smaller ones tell together: after so many bytes of them a question is put behind the next.
const BYTES_UNASKED_MAX: usize = 2 * 1_024;
/// So long a line counts as slow after it was.
const SLOW_FOR: Duration = Duration::from_secs(120);
/// Beyond twice the time that a frame took at the speed seen last, the next one waits no longer than this for it, and
/// never longer than that: the answer may be lost, and a screen must not freeze.
const FRAME_WAIT_MORE: Duration = Duration::from_secs(1);
const FRAME_WAIT_MAX: Duration = Duration::from_secs(10);
/// After so many answers that did not come the terminal is not asked any more.
const LOST_MAX: u32 = 5;

/// A modem's line, as long as nothing is known of it.
const THOUSAND_BYTES_UNKNOWN: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub struct Line {
    /// Whether the terminal has ever answered.
    answers: bool,
    /// When a question was sent that is not answered yet, and behind how many bytes since the one before.
    open: Option<(Instant, usize)>,
    /// How many bytes were sent since the last question.
    unasked: usize,
    slow_until: Option<Instant>,
    /// How long a thousand bytes took when it was slow last.
    thousand: Option<Duration>,
    lost: u32,
}

impl Line {
    /// The terminal was asked for the first time, with an empty screen behind it.
    pub fn asked_first(&mut self, now: Instant) {
        self.open = Some((now, 0));
    }

    /// Whether it was slow lately, or an answer is out that a fast one would have brought by now.
    pub fn is_slow(&self, now: Instant) -> bool {
        let late = |(sent, _): (Instant, usize)| self.answers && now.saturating_duration_since(sent) > SLOW_AFTER;
        self.slow_until.is_some_and(|it| now < it) || self.open.is_some_and(late)
    }

    /// How long the next frame should wait for the one before it.
    pub fn wait(&self, now: Instant) -> Option<Duration> {
        let (sent, bytes) = self.open.filter(|_| self.answers && self.is_slow(now))?;
        self.patience(bytes).checked_sub(now.saturating_duration_since(sent)).filter(|it| !it.is_zero())
    }

    /// How long the answer to a question behind so many bytes may take.
    fn patience(&self, bytes: usize) -> Duration {
        let twice = (2 * self.thousand.unwrap_or(THOUSAND_BYTES_UNKNOWN)).saturating_mul(bytes as u32) / 1_000;
        (twice + FRAME_WAIT_MORE).min(FRAME_WAIT_MAX)
    }

    /// The terminal was with somebody else meanwhile: what it was asked may never be answered.
    pub fn begins_anew(&mut self) {
        self.open = None;
    }

    /// From how many bytes on to put a question behind the next frame.
    pub fn asks_from(&mut self, now: Instant) -> Option<usize> {
        if let Some((sent, bytes)) = self.open
            && now.saturating_duration_since(sent) >= self.patience(bytes)
        {
            self.open = None;
            self.lost += 1;
            self.answers &= self.lost < LOST_MAX;
        }
        let tells = self.is_slow(now) || self.unasked >= BYTES_UNASKED_MAX;
        let bytes_min = if tells { 1 } else { FRAME_BYTES_MIN };
        (self.answers && self.open.is_none()).then_some(bytes_min)
    }

    /// A frame was handed over, `took` for it. `asked` says that a question was put behind it.
    pub fn sent(&mut self, now: Instant, bytes: usize, took: Duration, asked: bool) {
        self.judge(now, bytes, took);
        self.unasked = self.unasked.saturating_add(bytes);
        if asked {
            self.open = Some((now, std::mem::take(&mut self.unasked)));
        }
    }

    /// The terminal has answered.
    pub fn answered(&mut self, now: Instant) {
        self.answers = true;
        self.lost = 0;
        if let Some((sent, bytes)) = self.open.take() {
            self.judge(now, bytes, now.saturating_duration_since(sent));
        }
    }

    fn judge(&mut self, now: Instant, bytes: usize, took: Duration) {
        let slow = took > SLOW_AFTER && bytes as u128 * 1_000 < SLOW_BYTES_A_SECOND * took.as_millis();
        let tells = bytes >= FRAME_BYTES_MIN || self.is_slow(now);
        if slow && tells {
            self.slow_until = Some(now + SLOW_FOR);
            self.thousand = Some(took.saturating_mul(1_000) / (bytes.max(1) as u32));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(begin: Instant, milliseconds: u64) -> Instant {
        begin + Duration::from_millis(milliseconds)
    }

    fn answering(begin: Instant) -> Line {
        let mut line = Line::default();
        line.asked_first(begin);
        line.answered(after(begin, 5));
        line
    }

    #[test]
    fn a_line_is_slow_when_a_frame_takes_long_and_for_a_while_after() {
        let begin = Instant::now();
        let mut line = answering(begin);
        assert_eq!(line.asks_from(begin), Some(FRAME_BYTES_MIN));
        line.sent(begin, 3_000, Duration::ZERO, true);
        assert!(!line.is_slow(begin) && line.wait(begin).is_none());
        assert!(line.is_slow(after(begin, 300)) && line.wait(after(begin, 300)).is_some(), "its answer is late");
        line.answered(after(begin, 3_000));
        assert!(line.is_slow(after(begin, 3_001)));
        line.sent(after(begin, 4_000), 500, Duration::ZERO, true);
        assert_eq!(line.wait(after(begin, 4_400)), Some(Duration::from_millis(1_600)));
        line.answered(after(begin, 4_500));
        assert_eq!(line.wait(after(begin, 4_500)), None);
        assert!(!line.is_slow(after(begin, 600_000)));
    }

    #[test]
    fn a_fast_line_and_a_far_one_are_not_slow() {
        let begin = Instant::now();
        for (bytes, milliseconds) in [(3_000, 40), (30_000, 600), (600, 900)] {
            let mut line = answering(begin);
            line.sent(begin, bytes, Duration::ZERO, true);
            line.answered(after(begin, milliseconds));
            assert!(!line.is_slow(after(begin, milliseconds)), "{bytes} bytes in {milliseconds} ms");
            assert_eq!(line.asks_from(after(begin, 999)), Some(FRAME_BYTES_MIN));
        }
    }

    #[test]
    fn many_small_frames_are_asked_about_too() {
        let begin = Instant::now();
        let mut line = answering(begin);
        let frames = BYTES_UNASKED_MAX / 300 + 1;
        for _ in 0..frames {
            assert_eq!(line.asks_from(begin), Some(FRAME_BYTES_MIN));
            line.sent(begin, 300, Duration::ZERO, false);
        }
        assert_eq!(line.asks_from(begin), Some(1));
        line.sent(begin, 300, Duration::ZERO, true);
        assert!(line.is_slow(after(begin, 300)));
        line.answered(after(begin, 2_400));
        assert!(line.is_slow(after(begin, 60_000)));
    }

    #[test]
    fn a_write_that_blocks_makes_a_line_slow_without_any_answer() {
        let begin = Instant::now();
        let mut line = Line::default();
        line.sent(begin, 4_000, Duration::from_secs(2), false);
        assert!(line.is_slow(begin) && line.wait(begin).is_none());
        assert_eq!(line.asks_from(begin), None, "nobody answers there");
    }

    #[test]
    fn answers_that_are_lost_freeze_nothing_and_are_not_waited_for_again() {
        let begin = Instant::now();
        let mut line = answering(begin);
        line.sent(begin, 3_000, Duration::ZERO, true);
        line.answered(after(begin, 2_000));
        let mut now = after(begin, 3_000);
        for _ in 0..LOST_MAX {
            assert!(line.asks_from(now).is_some());
            line.sent(now, 30_000, Duration::ZERO, true);
            assert!(line.wait(now + FRAME_WAIT_MAX).is_none());
            now += FRAME_WAIT_MAX;
        }
        assert_eq!(line.asks_from(now), None);
    }
}
