//! Hosts that asked to be left alone, carried between the library and the fetcher, so that what a server said before
//! a restart still holds after it. Every request of the pipeline passes here, whatever it is for.

use super::Pipeline;
use crate::fetch::{Outcome, Response};
use crate::news::Problem;
use crate::store::{Answer, Ask, Change, StoreError};

/// Tells the fetcher what hosts have asked for.
pub(super) fn recall(pipeline: &Pipeline) -> Result<(), StoreError> {
    let Answer::Hosts(held) = pipeline.library.ask(Ask::Hosts)? else { return Ok(()) };
    for host in held {
        pipeline.fetcher.hold_back(&host.name, host.not_before, host.refusals);
    }
    Ok(())
}

/// Writes down what an answer says of its host: that it wants to be left alone, or that it answers again.
pub(super) fn note(pipeline: &Pipeline, response: &Response) -> Result<(), StoreError> {
    let host = response.url.served_by();
    match &response.outcome {
        Outcome::Failed { problem: Problem::Status { status: 429, retry_at: Some(moment), .. }, .. } => {
            pipeline.library.change(Change::HostRefused { host: host.to_owned(), not_before: *moment })?;
        }
        Outcome::Fetched { .. } | Outcome::NotModified { .. } if pipeline.fetcher.has_refused(host) => {
            pipeline.fetcher.forgive(host);
            pipeline.library.change(Change::HostServed { host: host.to_owned() })?;
        }
        Outcome::Fetched { .. } | Outcome::NotModified { .. } | Outcome::Failed { .. } => {}
    }
    Ok(())
}
