//! A real PostgreSQL server for tests, in a folder of its own.
//!
//! It listens on a socket in that folder only, trusts whoever reaches it, and unless
//! it is asked to be durable forgets everything in a crash of the machine. It ends, and its folder with it,
//! when [`Postgres`] is dropped or its process ends, however that ends.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const START: Duration = Duration::from_secs(30);
const USER: &str = "septet";

/// Starts the server anew for each line, and waits for its input to end, which it does
/// with the process that holds the other side.
const KEEPER: &str = r#"trap "" HUP INT TERM
folder=$1; shift
"$@" >>"$folder/log" 2>&1 &
while read -r signal; do
    kill -"$signal" $!
    wait $!
    "$@" >>"$folder/log" 2>&1 &
done
kill -QUIT $!
wait $!
rm -rf "$folder""#;

/// What is said where PostgreSQL is not installed.
pub const MISSING: &str =
    "PostgreSQL's server is missing, which tests need. On Debian: `apt-get install postgresql`";

/// The running server.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    programs: PathBuf,
    folder: PathBuf,
    keeper: Child,
    input: Option<ChildStdin>,
}

impl Postgres {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub fn start() -> Result<Self, String> {
        Self::start_with(&["fsync=off", "full_page_writes=off"])
    }

    /// Starts a server that waits for the disk as one in production does, for whoever
    /// measures time.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub fn durable() -> Result<Self, String> {
        Self::start_with(&[])
    }

    fn start_with(settings: &[&str]) -> Result<Self, String> {
        let programs = programs().ok_or(MISSING)?;
        let folder = folder()?;
        let servant = servant(&folder)?;
        let data = folder.join("data");
        let mut initdb = servant.command(&programs.join("initdb"));
        initdb
            .current_dir(&folder)
            .arg("--pgdata")
            .arg(&data)
            .args([
                "--username",
                USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ]);
        let made = initdb.output();
        let made = made.map_err(|error| format!("initdb could not be started: {error}"))?;
        if !made.status.success() {
            let _ = fs::remove_dir_all(&folder);
            return Err(format!(
                "initdb failed: {}",
                String::from_utf8_lossy(&made.stderr)
            ));
        }
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .args(servant.words(&programs.join("postgres")))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses="])
            .args(["-c", "max_connections=200"])
            .args(settings.iter().flat_map(|setting| ["-c", *setting]))
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| format!("PostgreSQL could not be started: {error}"))?;
        let server = Self {
            url: format!(
                "postgres://{USER}@localhost/postgres?host={}",
                folder.display()
            ),
            input: keeper.stdin.take(),
            keeper,
            programs,
            folder,
        };
        server.until_it_answers()?;
        Ok(server)
    }

    /// Stops the server as a crash would, starts it again and waits until it answers.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub fn crash(&mut self) -> Result<(), String> {
        let input = self.input.as_mut().ok_or("PostgreSQL is gone")?;
        writeln!(input, "QUIT").map_err(|error| format!("PostgreSQL is gone: {error}"))?;
        // It answers for a moment still.
        std::thread::sleep(Duration::from_millis(500));
        self.until_it_answers()
    }

    fn until_it_answers(&self) -> Result<(), String> {
        let deadline = Instant::now() + START;
        while !answers(&self.programs, &self.folder) {
            if Instant::now() > deadline {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL did not start:\n{log}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Its maintenance database, of which whoever comes is the owner.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.keeper.wait();
    }
}

/// Where the server's programs are; Debian keeps them off the `PATH`, a folder for each version.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    versions.sort();
    let newest_first = versions.into_iter().rev().map(|(_, path)| path.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest_first
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn folder() -> Result<PathBuf, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_nanos();
    let name = format!("septet-postgres-{}-{now}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir(&folder)
        .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(folder)
}

fn answers(programs: &Path, folder: &Path) -> bool {
    let mut asked = Command::new(programs.join("pg_isready"));
    let asked = asked.arg("-q").arg("-h").arg(folder).status();
    asked.is_ok_and(|status| status.success())
}

/// As whom PostgreSQL runs: it refuses root.
struct Servant(Option<&'static str>);

/// Gives the folder to whoever PostgreSQL will run as.
fn servant(folder: &Path) -> Result<Servant, String> {
    if id(&["-u"]) != Some(0) {
        return Ok(Servant(None));
    }
    for name in ["postgres", "nobody"] {
        if id(&["-u", name]).is_some() {
            let given = Command::new("chown").arg(name).arg(folder).status();
            return match given {
                Ok(status) if status.success() => Ok(Servant(Some(name))),
                _ => Err(format!("cannot give {} to {name}", folder.display())),
            };
        }
    }
    Err("PostgreSQL does not run as root, and there is no user postgres or nobody".into())
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

impl Servant {
    fn words(&self, program: &Path) -> Vec<std::ffi::OsString> {
        let mut words: Vec<std::ffi::OsString> = Vec::new();
        if let Some(name) = self.0 {
            words.extend(["setpriv", "--reuid", name, "--regid"].map(Into::into));
            // `nobody` has a group of another name on Debian; numbers fit both.
            let group = id(&["-g", name]).unwrap_or_default().to_string();
            words.extend([group, "--clear-groups".into()].map(Into::into));
        }
        words.push(program.into());
        words
    }

    fn command(&self, program: &Path) -> Command {
        let words = self.words(program);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_after_a_crash() {
        let mut server = Postgres::start().unwrap();
        server.crash().unwrap();
        assert!(answers(&server.programs, &server.folder));
    }

    #[test]
    fn it_answers_while_it_is_held_and_leaves_nothing_behind() {
        let server = Postgres::start().unwrap();
        let (_, folder) = server.url().split_once("?host=").unwrap();
        let folder = PathBuf::from(folder);
        let programs = programs().unwrap();
        assert!(answers(&programs, &folder));
        drop(server);
        assert!(!answers(&programs, &folder));
        assert!(!folder.exists());
    }
}
