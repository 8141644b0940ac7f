//! What e-mails say: templates in the binary, of which an operator may replace any by a folder's.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, bail};
use minijinja::value::Value;
use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, context, escape_formatter,
};
use openvisit_core::message::Kind;

use super::times::Language;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name)))),*]
    };
}

/// All templates, by their path in the folder.
const BUILT_IN: &[(&str, &str)] = built_in![
    "layout.html",
    "layout.txt",
    "en/words.txt",
    "en/invitation.txt",
    "en/moved.txt",
    "en/cancelled.txt",
    "en/day_before.txt",
    "en/hour_before.txt",
    "en/password_reset.txt",
    "en/account_invitation.txt",
    "de/words.txt",
    "de/invitation.txt",
    "de/moved.txt",
    "de/cancelled.txt",
    "de/day_before.txt",
    "de/hour_before.txt",
    "de/password_reset.txt",
    "de/account_invitation.txt",
    "es/words.txt",
    "es/invitation.txt",
    "es/moved.txt",
    "es/cancelled.txt",
    "es/day_before.txt",
    "es/hour_before.txt",
    "es/password_reset.txt",
    "es/account_invitation.txt",
    "fr/words.txt",
    "fr/invitation.txt",
    "fr/moved.txt",
    "fr/cancelled.txt",
    "fr/day_before.txt",
    "fr/hour_before.txt",
    "fr/password_reset.txt",
    "fr/account_invitation.txt",
];

/// What a button looks like where the operator chose no colour.
const ACCENT: &str = "#1a5fb4";
/// Far more than any text needs: a template without an end ends all the same.
const FUEL: u64 = 200_000;

/// What all e-mails of this server say.
#[derive(Clone, Debug)]
pub struct House {
    /// What the service is called.
    pub service: String,
    /// Such as `doctor/patient`.
    pub wording: String,
    pub accent: Option<String>,
    /// Where people turn to who need help.
    pub support: Option<String>,
}

/// What one e-mail says.
#[derive(Clone, Debug)]
pub struct Said {
    pub kind: Kind,
    pub language: Language,
    /// What the reader is called; empty where nobody knows.
    pub name: String,
    /// Who invites.
    pub practice: String,
    pub day: String,
    pub time: String,
    pub online: bool,
    /// Labels of `words.txt`, and what stands behind them.
    pub facts: Vec<(&'static str, String)>,
    /// A label, and an address.
    pub link: Option<(&'static str, String)>,
}

/// As it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Templates that were tried out.
pub struct Templates {
    environment: Environment<'static>,
    house: House,
}

impl Templates {
    /// Those of the binary, and in their place those of the folder, if there is one.
    ///
    /// # Errors
    /// A template that is wrong, with its file and line; a file of the folder that is none.
    pub fn load(folder: Option<&Path>, house: House) -> anyhow::Result<Self> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_formatter(written);
        environment.add_global("wording", house.wording.clone());
        for (name, source) in BUILT_IN {
            environment.add_template(name, source).map_err(|error| told(&error, name, None))?;
        }
        if let Some(folder) = folder {
            replace(&mut environment, folder)?;
        }
        let templates = Self { environment, house };
        templates.try_out(folder)?;
        Ok(templates)
    }

    /// Each with and without all that may be missing.
    fn try_out(&self, folder: Option<&Path>) -> anyhow::Result<()> {
        for said in examples() {
            self.texts(&said).map_err(|error| {
                let name = error.name().unwrap_or_default().to_owned();
                told(&error, &name, folder.filter(|folder| folder.join(&name).is_file()))
            })?;
        }
        Ok(())
    }

    /// The templates by their path in a folder.
    #[must_use]
    pub fn sources(&self) -> Vec<(String, String)> {
        let templates = self.environment.templates();
        templates.map(|(name, template)| (name.to_owned(), template.source().to_owned())).collect()
    }

    /// # Errors
    /// A template cannot be rendered.
    pub fn texts(&self, said: &Said) -> Result<Texts, Error> {
        let language = said.language.tag();
        let body = self.environment.get_template(&format!("{language}/{}.txt", said.kind.name()))?.render(
            context! {
                language => language,
                name => said.name.as_str(),
                practice => said.practice.as_str(),
                service => self.house.service.as_str(),
                day => said.day.as_str(),
                time => said.time.as_str(),
                online => said.online,
            },
        )?;
        let (subject, paragraphs) = body.trim().split_once('\n').unwrap_or((body.trim(), ""));
        let paragraphs: Vec<String> = paragraphs
            .split("\n\n")
            .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|paragraph| !paragraph.is_empty())
            .collect();
        let facts: Vec<Value> = said
            .facts
            .iter()
            .map(|(label, value)| context! { label => *label, value => value.as_str() })
            .collect();
        let link = said.link.as_ref().map(|(label, url)| context! { label => *label, url => url.as_str() });
        let whole = context! {
            language => language,
            subject => subject.trim(),
            paragraphs => paragraphs,
            facts => facts,
            // None is no undefined value.
            link => link.unwrap_or_else(|| Value::from(())),
            service => self.house.service.as_str(),
            support => self.house.support.clone().unwrap_or_default(),
            accent => self.house.accent.as_deref().unwrap_or(ACCENT),
        };
        let text = self.environment.get_template("layout.txt")?.render(whole.clone())?;
        let html = self.environment.get_template("layout.html")?.render(whole)?;
        Ok(Texts {
            subject: subject.trim().to_owned(),
            text: format!("{}\r\n", text.trim().replace('\n', "\r\n")),
            html,
        })
    }
}

/// As usual, but that addresses keep their slashes: programs that look for links read the source.
fn written(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = value.as_str().filter(|_| *state.auto_escape() == AutoEscape::Html && !value.is_safe());
    let Some(text) = text else { return escape_formatter(out, state, value) };
    for c in text.chars() {
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// Takes up the folder's templates. One of a name that is unknown was meant for something.
fn replace(environment: &mut Environment<'static>, folder: &Path) -> anyhow::Result<()> {
    let there = std::fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("mail.templates: cannot read the folder {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in there {
        let path = entry.path();
        if path.is_dir() {
            let inner = std::fs::read_dir(&path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            files.extend(inner?.into_iter().map(|entry| entry.path()));
        } else {
            files.push(path);
        }
    }
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        // What editors and version control leave behind.
        if name.split('/').any(|part| part.starts_with('.') || part.ends_with('~')) {
            continue;
        }
        let Some((known, _)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
            bail!(
                "mail.templates: {} is no template; there are layout.html, layout.txt and, in en, de, es and fr, {}",
                path.display(),
                of_a_language()
            );
        };
        let source =
            std::fs::read_to_string(&path).with_context(|| format!("mail.templates: {}", path.display()))?;
        environment.add_template_owned(*known, source).map_err(|error| told(&error, known, Some(folder)))?;
    }
    Ok(())
}

fn of_a_language() -> String {
    let names = BUILT_IN.iter().filter_map(|(name, _)| name.strip_prefix("en/"));
    names.collect::<Vec<_>>().join(", ")
}

/// `mail.templates: /etc/openvisit/mail/de/moved.txt, line 3: …`
fn told(error: &Error, name: &str, folder: Option<&Path>) -> anyhow::Error {
    let name = error.name().unwrap_or(name);
    let file = folder
        .map_or_else(|| format!("the built-in {name}"), |folder| folder.join(name).display().to_string());
    let line = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    anyhow::anyhow!("mail.templates: {file}{line}: {}{detail}", error.kind())
}

/// What every template has to be able to say.
#[must_use]
pub fn examples() -> Vec<Said> {
    let mut examples = Vec::new();
    for language in Language::ALL {
        for kind in Kind::ALL {
            for full in [true, false] {
                examples.push(example(kind, language, full));
            }
        }
    }
    examples
}

fn example(kind: Kind, language: Language, full: bool) -> Said {
    let reader = super::times::Reader::new([language.tag()], ["Europe/Paris"]);
    let starts_at = jiff::Timestamp::constant(1_803_911_400, 0);
    let slot = openvisit_core::appointment::Slot {
        starts_at,
        ends_at: starts_at + jiff::SignedDuration::from_mins(30),
    };
    let of_account = kind.is_of_account();
    let mut facts = vec![];
    if !of_account {
        facts.extend([("when", reader.slot(slot)), ("practitioner", "Dr. Ada Example".to_owned())]);
    }
    let label = if of_account { "password" } else { "open" };
    let has_link = of_account || (full && kind != Kind::Cancelled);
    Said {
        kind,
        language,
        name: if full { "Carla Example".to_owned() } else { String::new() },
        practice: "Example Practice".to_owned(),
        day: reader.day(starts_at),
        time: reader.time(starts_at),
        online: full,
        facts,
        link: has_link.then(|| (label, "https://visit.example.org/invite#example".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> House {
        House {
            service: "Video <Praxis>".to_owned(),
            wording: "therapist/client".to_owned(),
            accent: None,
            support: Some("help@praxis.test".to_owned()),
        }
    }

    #[test]
    fn every_text_can_be_said_in_each_wording_and_loads_nothing() {
        for wording in ["doctor/patient", "therapist/client", "psychologist/client", "mechanic/customer"] {
            let templates = Templates::load(None, House { wording: wording.to_owned(), ..house() }).unwrap();
            for said in examples() {
                let Texts { subject, text, html } = templates.texts(&said).unwrap();
                let what = format!("{wording} {:?} {:?}: {text}", said.language, said.kind);
                assert!(!subject.is_empty() && !subject.contains('\n') && subject.len() < 120, "{what}");
                assert!(!text.contains("\r\n\r\n\r\n") && text.ends_with("\r\n"), "{what}");
                assert!(!text.contains("&lt;") && html.contains("Video &lt;Praxis&gt;"), "{what}");
                for (label, value) in &said.facts {
                    assert!(text.contains(value) && html.contains(value), "{label} of {what}");
                }
                let links: Vec<_> = html.match_indices("http").collect();
                assert_eq!(links.len(), usize::from(said.link.is_some()), "{html}");
                for loaded in ["<img", "<link", "<script", "url(", "@import", "src="] {
                    assert!(!html.contains(loaded), "{loaded} in {html}");
                }
                assert_eq!(
                    said.link.is_some(),
                    text.contains("https://visit.example.org/invite#example"),
                    "{what}"
                );
            }
        }
    }

    #[test]
    fn a_folder_s_templates_take_the_place_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("de")).unwrap();
        let file = folder.path().join("de/moved.txt");
        std::fs::write(&file, "Verlegt auf {{ day }}\n\nLiebe/r {{ name }},\nneue Zeit.\n").unwrap();
        let templates = Templates::load(Some(folder.path()), house()).unwrap();
        let texts = templates.texts(&example(Kind::Moved, Language::De, true)).unwrap();
        assert!(texts.subject.starts_with("Verlegt auf "), "{}", texts.subject);
        assert!(texts.text.starts_with("Liebe/r Carla Example, neue Zeit.\r\n"), "{}", texts.text);

        let refused = |text: &str| {
            std::fs::write(&file, text).unwrap();
            format!("{:#}", Templates::load(Some(folder.path()), house()).err().unwrap())
        };
        for (text, line) in [
            ("Verlegt\n\n{{ day", 3),
            ("Verlegt\n\nauf\n{{ dya }}", 4),
            ("{% for n in range(9999) %}{% for m in range(9999) %}x{% endfor %}{% endfor %}", 1),
            ("{% include 'other.txt' %}", 1),
        ] {
            let told = refused(text);
            assert!(told.contains(&format!("{}, line {line}", file.display())), "{told}");
        }
        std::fs::remove_file(&file).unwrap();
        std::fs::write(folder.path().join("de/remind.txt"), "x").unwrap();
        let told = format!("{:#}", Templates::load(Some(folder.path()), house()).err().unwrap());
        assert!(told.contains("remind.txt is no template") && told.contains("day_before.txt"), "{told}");
    }
}
