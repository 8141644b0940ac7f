//! Every command in the docs works. The blocks of a page that are marked `sh` run in order, in one shell, in a
//! folder of their own, against a server as `make run` starts it. Where a `json` block follows, it shows what
//! the commands above it print: the same fields, with values of the same types. A `toml` block is a settings
//! file. A block of any kind whose first line is `# /path` is that file, on a machine that consists of a folder; where
//! a page runs a service by `systemctl`, it is started as its unit says. What only makes sense elsewhere is marked
//! `text`, or not at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use openvisit_testkit::databases;
use serde_json::{Deserializer, Value};

use crate::left_behind;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openvisit");
/// What the docs call the server's port.
const PORT_IN_DOCS: &str = "8086";
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    pub kind: String,
    pub text: String,
    pub line: usize,
}

impl Block {
    /// The file that it is, if its first line names one.
    pub fn file(&self) -> Option<&str> {
        self.text.lines().next()?.strip_prefix("# ").filter(|path| path.starts_with('/'))
    }
}

pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (line, text) in page.lines().enumerate() {
        match text.trim_start().strip_prefix("```") {
            Some(kind) if !open => {
                blocks.push(Block { kind: kind.trim().to_owned(), text: String::new(), line: line + 1 });
                open = true;
            }
            Some(_) => open = false,
            None if open => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(text);
                block.text.push('\n');
            }
            None => {}
        }
    }
    blocks
}

/// The server of one page; gone with it.
struct Server {
    child: Child,
    port: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = without_settings(PROGRAM)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", "demo-data"])
            .current_dir(folder)
            .env("OPENVISIT_MEDIA_PORT", "0")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = log.find(|line| line.contains("listening on ")).unwrap();
        // Read on, or the server cannot write.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, port: line.trim_end().rsplit(':').next().unwrap().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder that stands for a whole machine: what belongs to it alone, and not to whoever tests, lies in there.
struct Machine {
    folder: PathBuf,
}

impl Machine {
    const PLACES: [&str; 4] = ["/etc/", "/usr/local/", "/var/lib/", "/var/backups/"];

    /// What asks for the system's administrator, or its first process, does what is left of it.
    const PROGRAMS: [(&str, &str); 4] = [
        ("useradd", "#!/bin/sh\n"),
        ("chown", "#!/bin/sh\n"),
        (
            "install",
            "#!/bin/bash\nkept=()\nwhile [ $# -gt 0 ]; do\ncase $1 in -o | -g) shift 2 ;; *) kept+=(\"$1\"); shift ;; esac\n\
             done\nexec /usr/bin/install \"${kept[@]}\"\n",
        ),
        ("systemctl", include_str!("systemctl.sh")),
    ];

    fn new(folder: &Path) -> Self {
        let machine = Self { folder: folder.to_owned() };
        for (name, text) in Self::PROGRAMS {
            machine.write(&format!("/bin/{name}"), &machine.inside(text), 0o755);
        }
        fs::create_dir_all(machine.path("/usr/local/bin")).unwrap();
        fs::create_dir_all(machine.path("/usr/local/sbin")).unwrap();
        symlink(PROGRAM, machine.path("/usr/local/bin/openvisit")).unwrap();
        machine
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join("machine").join(path.trim_start_matches('/'))
    }

    fn write(&self, path: &str, text: &str, mode: u32) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }

    fn inside(&self, text: &str) -> String {
        let root = self.path("").display().to_string();
        let root = root.trim_end_matches('/');
        Self::PLACES
            .iter()
            .fold(text.to_owned(), |text, place| text.replace(place, &format!("{root}{place}")))
    }

    fn search_path(&self) -> String {
        let places =
            ["/bin", "/usr/local/sbin", "/usr/local/bin"].map(|place| self.path(place).display().to_string());
        format!("{}:{}", places.join(":"), std::env::var("PATH").unwrap_or_default())
    }
}

/// The text with this machine's ports: the server's own, and a free one for each other that the docs name.
fn with_free_ports(text: &str, ports: &mut BTreeMap<String, String>) -> String {
    let mut rest = text;
    let mut changed = String::new();
    while let Some((before, after)) = ["localhost:", "127.0.0.1:"]
        .iter()
        .filter_map(|host| rest.find(host).map(|at| rest.split_at(at + host.len())))
        .min_by_key(|(before, _)| before.len())
    {
        changed.push_str(before);
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (port, after) = after.split_at(digits);
        // Ports of others, such as PostgreSQL's, stay.
        if port.len() == 4 && port.starts_with('8') {
            changed.push_str(ports.entry(port.to_owned()).or_insert_with(free_port));
        } else {
            changed.push_str(port);
        }
        rest = after;
    }
    changed + rest
}

pub fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

/// Runs a page's commands, which leave no process and no file behind; what is wrong with them.
fn try_page(path: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let blocks = blocks(&fs::read_to_string(path).unwrap());
    for block in blocks.iter().filter(|block| block.kind == "toml") {
        check_settings(folder.path(), block)?;
    }
    if !blocks.iter().any(|block| block.kind == "sh") {
        return Ok(());
    }
    let runs = |word: &str| blocks.iter().any(|block| block.kind == "sh" && block.text.contains(word));
    let mut ports = BTreeMap::new();
    // Its own server is the only one where it starts one.
    let _server = (!runs("systemctl")).then(|| {
        let server = Server::start(folder.path());
        ports.insert(PORT_IN_DOCS.to_owned(), server.port.clone());
        server
    });
    let machine = Machine::new(folder.path());
    for block in &blocks {
        if let Some(path) = block.file() {
            let text = with_free_ports(&machine.inside(&block.text), &mut ports);
            machine.write(path, &text, 0o644);
        }
    }
    let mut script = String::new();
    for (n, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind == "sh") {
        let text = with_free_ports(&machine.inside(&block.text), &mut ports);
        // Its output goes to a file of its own, so that it can be compared; what it sets stays set.
        write!(
            script,
            "# line {}\nexec >\"$HOME/out-{n}\" && echo {n} >\"$HOME/block\"\n{text}\n",
            block.line
        )
        .unwrap();
    }
    run(&machine, &script).map_err(|error| {
        let n: usize =
            fs::read_to_string(folder.path().join("block")).unwrap_or_default().trim().parse().unwrap_or(0);
        let out = fs::read_to_string(folder.path().join(format!("out-{n}"))).unwrap_or_default();
        format!("the block of line {}: {error}\n{out}", blocks[n].line)
    })?;
    // What is installed is to stay.
    let installs = path.ends_with("README.md") || script.contains("systemctl");
    let left = left_behind::files(folder.path());
    if !left.is_empty() && !installs {
        return Err(format!("left behind: {}", left.join(", ")));
    }
    for (n, pair) in blocks.windows(2).enumerate() {
        if pair[0].kind == "sh" && pair[1].kind == "json" {
            let out = fs::read_to_string(folder.path().join(format!("out-{n}"))).unwrap();
            compare(&out, &pair[1].text)
                .map_err(|error| format!("the block of line {}: {error}\n{out}", pair[1].line))?;
        }
    }
    Ok(())
}

fn check_settings(folder: &Path, block: &Block) -> Result<(), String> {
    let file = folder.join("checked.toml");
    fs::write(&file, &block.text).unwrap();
    let mut check = without_settings(PROGRAM);
    let done = check.current_dir(folder).args(["config", "check", "--config"]).arg(file).output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    // Files that it names need not be on this machine.
    let fine = done.status.success() || told.contains("No such file");
    if fine && !told.contains("is no setting") {
        Ok(())
    } else {
        Err(format!("the settings of line {}: {told}", block.line))
    }
}

/// A program that knows none of the settings that the tests themselves have.
fn without_settings(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OPENVISIT_") {
            command.env_remove(name);
        }
    }
    command
}

fn run(machine: &Machine, script: &str) -> Result<(), String> {
    let folder = machine.folder.as_path();
    fs::write(folder.join("page.sh"), script).unwrap();
    fs::create_dir_all(folder.join(left_behind::TEMPORARY)).unwrap();
    // A refusal is a failure, too.
    fs::write(folder.join(".curlrc"), "fail-with-body\nshow-error\nmax-time = 60\n").unwrap();
    let mut shell = without_settings("bash")
        .args(["-eu", "-o", "pipefail", "page.sh"])
        .current_dir(folder)
        .env("HOME", folder)
        .env("PATH", machine.search_path())
        .env(
            "DATABASE_URL",
            if script.contains("$DATABASE_URL") { databases::empty_postgres() } else { String::new() },
        )
        .env("OPENVISIT_MEDIA_PORT", "0")
        .env("AMQP_URL", openvisit_testkit::broker::url())
        .env("NO_PROXY", "*")
        .env("TMPDIR", folder.join(left_behind::TEMPORARY))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(folder.join("errors")).unwrap())
        // With what it leaves running in the background.
        .process_group(0)
        .spawn()
        .unwrap();
    let until = Instant::now() + PATIENCE;
    let status = loop {
        match shell.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if Instant::now() > until => break None,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let going_on = left_behind::processes(shell.id());
    let group = format!("-{}", shell.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let errors = fs::read_to_string(folder.join("errors")).unwrap();
    match status {
        // Services are their machine's.
        Some(status) if status.success() && !going_on.is_empty() && !script.contains("systemctl") => {
            Err(format!("still running at the end: {}", going_on.join("; ")))
        }
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("{status}\n{errors}")),
        None => {
            shell.wait().unwrap();
            Err(format!("not done after {PATIENCE:?}\n{errors}"))
        }
    }
}

/// Whether the last thing printed has the shape of the example.
fn compare(out: &str, example: &str) -> Result<(), String> {
    let example: Value = serde_json::from_str(example).map_err(|error| format!("is not JSON: {error}"))?;
    let printed = Deserializer::from_str(out).into_iter::<Value>().last();
    match printed {
        Some(Ok(printed)) => same_shape(&printed, &example, "it"),
        _ => Err("the commands above print no JSON:".to_owned()),
    }
}

fn same_shape(printed: &Value, example: &Value, place: &str) -> Result<(), String> {
    match (printed, example) {
        (Value::Object(printed), Value::Object(example)) => {
            if let Some(missing) = example
                .keys()
                .chain(printed.keys())
                .find(|key| !(printed.contains_key(*key) && example.contains_key(*key)))
            {
                return Err(format!("{place}.{missing} is only in one of them"));
            }
            example
                .iter()
                .try_for_each(|(key, value)| same_shape(&printed[key], value, &format!("{place}.{key}")))
        }
        (Value::Array(printed), Value::Array(example)) => match (printed.first(), example.first()) {
            (Some(printed), Some(example)) => same_shape(printed, example, &format!("{place}[0]")),
            (None, None) => Ok(()),
            _ => Err(format!("{place} is empty in one of them")),
        },
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => Ok(()),
        _ => Err(format!("{place} is of another type in each")),
    }
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn every_command_in_the_docs_works() {
    let mut pages = vec![repository().join("README.md")];
    for folder in ["docs", "docs/dialects"] {
        pages.extend(fs::read_dir(repository().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    pages.retain(|path| path.extension().is_some_and(|kind| kind == "md"));
    let tried = pages.iter().map(|path| {
        (
            path,
            std::thread::spawn({
                let path = path.clone();
                move || try_page(&path)
            }),
        )
    });
    let tried: Vec<_> = tried.collect();
    let wrong: Vec<String> = tried
        .into_iter()
        .filter_map(|(path, page)| {
            page.join().unwrap().err().map(|error| format!("{}: {error}", path.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_command_that_fails_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = |text: &str| {
        let page = folder.path().join("page.md");
        fs::write(&page, text).unwrap();
        try_page(&page).unwrap_err()
    };
    let told = wrong("# Page\n\n```sh\ntrue\n```\n```sh\necho so far; false | cat\n```\n");
    assert!(told.contains("line 6") && told.contains("so far"), "{told}");
    let told = wrong("```sh\ncurl -s localhost:8086/api/v1/me\n```");
    assert!(told.contains("unauthorized"), "{told}");
    assert!(wrong("```sh\necho \"$NOBODY_SET_THIS\"\n```").contains("unbound"));
    assert!(
        wrong("```sh\ncurl -s localhost:8086/api/v1/config\n```\n```json\n{}\n```").contains("only in one")
    );
    assert!(wrong("```sh\necho '{\"a\": 1}'\n```\n\n```json\n{ \"a\": \"1\" }\n```").contains("it.a"));
    assert!(wrong("```toml\nlisten = 8086\n```").contains("listen"));
    assert!(wrong("```toml\nlisstens = '127.0.0.1:8086'\n```").contains("lisstens"));
}

#[test]
fn a_command_that_works_is_not_complained_of() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.md");
    let text = "```text\nno-such-program\n```\n```sh\nA='{\"a\": [1]}'\nsleep 300 &\nkill $! && wait\n```\n```sh\necho \"$A\"\n```\n\
                ```json\n{ \"a\": [7] }\n```\n```sh\ncurl -s localhost:8086/health >/dev/null\nopenvisit --version\n```\n";
    fs::write(&page, text).unwrap();
    assert_eq!(try_page(&page), Ok(()));
}

#[test]
fn what_a_page_leaves_behind_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = |text: &str| {
        let page = folder.path().join("page.md");
        fs::write(&page, format!("```sh\n{text}\n```\n")).unwrap();
        try_page(&page).unwrap_err()
    };
    assert!(wrong("sleep 298 &").contains("still running at the end: sleep 298"));
    assert!(wrong("echo >a-file").contains("left behind: a-file"));
    assert!(wrong("cd \"$(mktemp -d)\" && echo >a-file").contains("left behind: tmp."));
}

#[test]
fn files_that_a_page_names_are_there_for_its_commands() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.md");
    let text = "```ini\n# /etc/systemd/system/openvisit.service\n[Service]\nExecStart=/usr/local/bin/openvisit serve\n\
                Environment=OPENVISIT_CONFIG=/etc/openvisit/openvisit.toml\n```\n\
                ```toml\n# /etc/openvisit/openvisit.toml\ndata_dir = \"/var/lib/openvisit\"\nlisten = \"127.0.0.1:8086\"\n```\n\
                ```sh\ninstall -d -m 700 -o openvisit -g openvisit /var/lib/openvisit\nsystemctl enable --now openvisit\n\
                until curl -s localhost:8086/health; do sleep 0.1; done\nsystemctl stop openvisit\n\
                ! curl -s localhost:8086/health\ntest -f /var/lib/openvisit/openvisit.db\n```\n";
    fs::write(&page, text).unwrap();
    assert_eq!(try_page(&page), Ok(()));
}

#[test]
fn every_setting_stands_in_the_docs() {
    let read = |page: &str| fs::read_to_string(repository().join("docs").join(page)).unwrap();
    let (settings, providers) = (read("settings.md"), read("providers.md"));
    for key in openvisit_app::settings::keys::KEYS {
        let name = key.name;
        let (block, rest) = name.rsplit_once('.').unwrap_or(("", name));
        let is_there = match block {
            "livekit" | "jitsi" | "chime" | "twilio" => {
                settings.contains(&format!("`{block}.*`")) && providers.contains(rest)
            }
            _ if name.starts_with("dialects.") => {
                settings.contains(&format!("`.{rest}`"))
                    || settings.contains(&format!("`dialects.<name>.{rest}`"))
            }
            _ => settings.contains(&format!("`{name}`")),
        };
        assert!(is_there, "{name} stands in no table of docs/settings.md");
    }
}

#[test]
fn ports_are_those_of_this_machine() {
    let mut ports =
        BTreeMap::from([("8086".to_owned(), "1".to_owned()), ("8090".to_owned(), "2".to_owned())]);
    let text = "a localhost:8086/x http://127.0.0.1:8090 localhost:5672 localhost:8086";
    assert_eq!(
        with_free_ports(text, &mut ports),
        "a localhost:1/x http://127.0.0.1:2 localhost:5672 localhost:1"
    );
}
