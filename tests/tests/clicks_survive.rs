//! A click whose redirect has come back is in the database, whenever the server dies.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use septet_tests::Result;
use septet_tests::followers::{Pace, follow};
use septet_tests::rig::{Database, Linked};

const PEOPLE: u64 = 300;
const KILLS: usize = 5;

#[tokio::test]
async fn no_click_that_was_answered_is_lost_when_the_server_is_killed() -> Result<()> {
    let binary = PathBuf::from(std::env::var("SEPTET_BINARY")?);
    let mut linked = Linked::start(binary, &Database::Sqlite, PEOPLE).await?;
    let paths: Arc<[String]> = linked.paths().into();
    let pace = Pace {
        rate: 400,
        lasting: Duration::from_secs(1),
        connections: 32,
    };
    let (mut answered, mut cut) = (0, 0);
    for _ in 0..KILLS {
        let following = tokio::spawn(follow(linked.port(), paths.clone(), pace));
        tokio::time::sleep(pace.lasting / 2).await;
        linked.kill_and_start().await?;
        let walked = following.await?;
        answered += walked.took.len() as u64;
        cut += walked.failed;
        let counted = linked.clicks().await?;
        // What was written and whose answer was cut is there as well.
        assert!(
            (answered..=answered + cut).contains(&counted),
            "{counted} clicks; {answered} visits were answered, {cut} were not"
        );
    }
    assert!(cut > 0, "the server was never killed in the middle");
    Ok(())
}
