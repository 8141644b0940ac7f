//! What a check may find, and what that means to an operator.

use serde::Serialize;
use utoipa::ToSchema;

/// What was found. The pages have their own words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckCode)]
pub enum Code {
    /// Of any check.
    TimedOut,
    PublicUrlWorks,
    /// It works on this machine, and no public address was set.
    PublicUrlLocal,
    PublicUrlNotHttps,
    PublicUrlUnreachable,
    PublicUrlOther,
    /// A proxy is there, and what is behind it does not answer.
    ProxyAlone,
    /// The server does not run, and could not listen.
    ListenUnusable,
    /// It answers like one, and its secret cannot be read here.
    PublicUrlUnproven,
    NotRunning,
    RealtimeWorks,
    /// A proxy lets no WebSocket through.
    RealtimePolls,
    RealtimeRefused,
    RealtimeUnreachable,
    MediaAddressFits,
    MediaAddressPrivate,
    MediaAddressNone,
    MediaAnswers,
    /// On this machine, and not at the public address.
    MediaAnswersHere,
    MediaFree,
    MediaTaken,
    /// In use, and the server's secret cannot be read here.
    MediaUnproven,
    MediaUnusable,
    MediaSilent,
    MediaAnyPort,
    MediaTcpOff,
    StunAnswers,
    TurnRelays,
    TurnRelayPrivate,
    TurnOpen,
    TurnSecretMissing,
    TurnCredentialsRefused,
    TurnFull,
    IceUrlWrong,
    IceUnreachable,
    IceStrange,
    IceRefuses,
    ProviderWorks,
    /// Of its keys nothing can be known.
    ProviderReached,
    ProviderTellsNobody,
    ProviderUnreachable,
    ProviderKeysRefused,
    ProviderBusy,
    ProviderStrange,
    ProviderFails,
    IssuerKeysFound,
    /// Of one pinned algorithm there is none.
    IssuerKeysSome,
    IssuerKeysMissing,
    /// In the settings: nothing is fetched.
    IssuerKeyGiven,
    IssuerUnreachable,
    IssuerStrange,
    BrokerNone,
    BrokerWorks,
    BrokerEmpty,
    BrokerFails,
    MailNone,
    MailWorks,
    MailFails,
    DatabaseWorks,
    DatabaseEmpty,
    DatabaseOld,
    DatabaseFails,
    NodesServe,
    /// None runs.
    NodesNone,
    /// One has said nothing for some seconds.
    NodesSilent,
    /// They are of different versions.
    NodesDiffer,
    NodesUnknown,
    /// The newest key of the database opens.
    KeysFit,
    /// Nothing was sealed so far.
    KeysNone,
    /// Older keys are lost, or the pepper of passcodes is another.
    KeysPartly,
    KeysMissing,
    KeysOther,
    KeysUnusable,
    /// The secrets, or the database, cannot be read here.
    KeysUnproven,
    ClockRight,
    ClockSet,
    ClockWrong,
    ClockUnknown,
}

impl Code {
    /// Whether it says that no server runs: fine before the first start, and never after it.
    #[must_use]
    pub fn is_of_a_stopped_server(self) -> bool {
        matches!(self, Self::NotRunning | Self::ProxyAlone | Self::PublicUrlUnreachable | Self::NodesNone)
    }

    /// What it means, and what to do where something is to be done.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::TimedOut => {
                "it did not answer within 9 seconds. Check that it is running, and the firewalls on the way there"
            }
            Self::PublicUrlWorks => "answers, and it is this server",
            Self::PublicUrlLocal => {
                "answers on this machine only. For others set public_url to an https:// address (openvisit config \
                 check says what else is missing)"
            }
            Self::PublicUrlNotHttps => {
                "browsers allow camera and microphone on https:// pages only. Set tls.certificate and tls.key, or put \
                 a proxy with TLS in front, and set public_url to its https:// address"
            }
            Self::PublicUrlUnreachable => {
                "cannot be reached from here, though the server runs. Check the name's address, the proxy and its \
                 certificate; some networks do not let a machine reach its own public address: then try from outside"
            }
            Self::PublicUrlOther => {
                "something else answers there. Point the name, or the proxy, to this server with the whole path"
            }
            Self::ProxyAlone => {
                "the proxy is there, and the server behind it does not answer. Start the server, or let the proxy lead to its \
                 address (listen)"
            }
            Self::ListenUnusable => {
                "the server does not run, and could not: an address that it listens at cannot be taken. Stop what has it, or \
                 set listen and operation.listen"
            }
            Self::PublicUrlUnproven => {
                "answers like an OpenVisit; whether it is this one cannot be told without its secrets. Run the check \
                 as the server's account, with its settings"
            }
            Self::NotRunning => "the server does not run. Start it, and check again",
            Self::RealtimeWorks => "messages come at once",
            Self::RealtimePolls => {
                "messages come by polling, later and dearer: a proxy in between lets no WebSocket through. Let it pass on \
                 two headers (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header \
                 Connection $http_connection;)"
            }
            Self::RealtimeRefused => {
                "no messages arrive: something in between answers in the server's place. Let it pass on /socket.io/ \
                 as all else, WebSockets too"
            }
            Self::RealtimeUnreachable => "no messages arrive. See the public address",
            Self::MediaAddressFits => "browsers get addresses that they can reach",
            Self::MediaAddressPrivate => {
                "browsers get private addresses only, while the pages have a public one: nobody outside gets \
                 sound or picture. Set media.public_address"
            }
            Self::MediaAddressNone => {
                "this machine has no address that a browser could reach. Set media.public_address"
            }
            Self::MediaAnswers => "answers, and it is this server",
            Self::MediaAnswersHere => {
                "answers on this machine, and not at media.public_address. Forward these ports in the firewall and the \
                 router; some routers do not let a machine reach its own public address: then try from outside"
            }
            Self::MediaFree => "the server does not run; the ports are free for it",
            Self::MediaTaken => "another program has these ports. Stop it, or set media.port",
            Self::MediaUnproven => {
                "in use; whether by this server cannot be told without its secrets. Run the check as the server's \
                 account, with its settings"
            }
            Self::MediaUnusable => {
                "cannot be opened. Set media.bind to an address of this machine, and media.port"
            }
            Self::MediaSilent => {
                "the server runs and does not answer there. Check this machine's own firewall"
            }
            Self::MediaAnyPort => {
                "media.port is 0: the ports change with every start, and no firewall can let them through"
            }
            Self::MediaTcpOff => {
                "media.tcp is off: on networks that block UDP there are no calls, unless a TURN server carries them"
            }
            Self::StunAnswers => "answers",
            Self::TurnRelays => "accepts our clients, and relays for them",
            Self::TurnRelayPrivate => {
                "accepts our clients, but relays at a private address, which nobody else reaches. Tell the TURN \
                 server its public one (coturn: external-ip)"
            }
            Self::TurnOpen => {
                "relays for anybody, without credentials: strangers can use it. Let it ask for them (coturn: \
                 use-auth-secret), and set its secret here"
            }
            Self::TurnSecretMissing => {
                "a TURN server needs credentials. Set secret beside its URL in media.ice_servers"
            }
            Self::TurnCredentialsRefused => {
                "refuses our credentials. Set the same secret here and there (coturn: static-auth-secret, with \
                 use-auth-secret), and compare both clocks: credentials end by the clock"
            }
            Self::TurnFull => {
                "has no capacity left at present. Raise its limits (coturn: total-quota, user-quota)"
            }
            Self::IceUrlWrong => {
                "is not an address that browsers accept, such as turn:turn.example.org:3478?transport=udp or \
                 turns:turn.example.org. Correct it in media.ice_servers"
            }
            Self::IceUnreachable => {
                "cannot be reached. Check its address, whether it runs, firewalls, and its certificate where \
                 the URL begins with turns:"
            }
            Self::IceStrange => "answers, but not as a STUN or TURN server does. Check address and port",
            Self::IceRefuses => "refuses to relay. Its log says why",
            Self::ProviderWorks => "answers, and accepts our keys",
            Self::ProviderReached => {
                "answers. Whether it accepts our keys shows in a call only: openvisit provider check makes a token to try"
            }
            Self::ProviderTellsNobody => {
                "answers, but sends no presence events: no session becomes a no-show by itself. docs/providers.md \
                 says whether and how this can be changed"
            }
            Self::ProviderUnreachable => {
                "cannot be reached. Check its address in the settings, and firewalls"
            }
            Self::ProviderKeysRefused => {
                "refuses our keys. Compare them with the vendor's; they may have been withdrawn, or be of another \
                 account or region"
            }
            Self::ProviderBusy => "is asked too often, and refuses for now. Check again later",
            Self::ProviderStrange => {
                "answers, but not as this provider does. Check its address in the settings"
            }
            Self::ProviderFails => "answers that it cannot. Check the settings, and the vendor's status page",
            Self::IssuerKeysFound => "answers, and has keys for its tokens",
            Self::IssuerKeysSome => {
                "answers, and has no key of one of the algorithms in its settings: tokens that are signed so are refused. \
                 Take that algorithm out once the issuer has changed"
            }
            Self::IssuerKeysMissing => {
                "answers, and has no key that its tokens may be signed with: all of them are refused. Compare algorithm \
                 in its settings with the keys there (kty, alg, use)"
            }
            Self::IssuerKeyGiven => "its key is in the settings",
            Self::IssuerUnreachable => {
                "its keys cannot be fetched: its tokens are refused, or soon will be. Check jwks_url, firewalls, and its \
                 certificate (docs/operate.md, private CA)"
            }
            Self::IssuerStrange => {
                "something else than keys (JWKS) is answered there: its tokens are refused. Check jwks_url"
            }
            Self::BrokerNone => "none: events go to webhooks only (amqp_url)",
            Self::BrokerWorks => "answers, accepts our login, and has our exchange",
            Self::BrokerEmpty => {
                "answers and accepts our login; the server creates its exchange when it starts"
            }
            Self::BrokerFails => {
                "cannot be used: events wait until it can. Check amqp_url and amqp_exchange, and the broker"
            }
            Self::MailNone => "none: no e-mail is sent (mail.url)",
            Self::MailWorks => "answers, and accepts our login; openvisit mail check sends a message to try",
            Self::MailFails => {
                "cannot be used: e-mails wait until it can. Check mail.url, firewalls, and its certificate (docs/mail.md)"
            }
            Self::DatabaseWorks => "answers, is up to date, and can be written",
            Self::DatabaseEmpty => "is empty or not there yet: the server creates it at its first start",
            Self::DatabaseOld => {
                "works, with an older schema: the server brings it up to date at its next start"
            }
            Self::DatabaseFails => "cannot be used. Check database_url, the permissions, and the disk",
            Self::NodesServe => "serve this database",
            Self::NodesNone => "none serves this database now",
            Self::NodesSilent => {
                "one has said nothing for some seconds: it was killed, or cannot reach the database. It is forgotten soon"
            }
            Self::NodesDiffer => "are of different versions: finish the upgrade",
            Self::NodesUnknown => "cannot be known without the database",
            Self::KeysFit => "the notes_key is the one that the database is sealed with",
            Self::KeysNone => "nothing is sealed so far: the first start makes what is missing",
            Self::KeysPartly => {
                "the notes_key opens the database, but not all of it: what older keys sealed is unreadable, or passcodes that \
                 were given out are wrong. Give those secrets back where they still are"
            }
            Self::KeysMissing => {
                "the notes_key that the database is sealed with is missing, and no server starts without it. Give it back, in \
                 the settings or with the secrets.toml that was backed up; only where it is lost for good run openvisit \
                 keys accept"
            }
            Self::KeysOther => {
                "notes_key is not the one that the database is sealed with, and no server starts with it. Give that one back, \
                 in the settings or with the secrets.toml that was backed up; only where it is lost for good run openvisit \
                 keys accept"
            }
            Self::KeysUnusable => {
                "the secrets cannot be used, and no server starts with them. Mend or restore secrets.toml"
            }
            Self::KeysUnproven => {
                "whether they fit the database cannot be told from here. See the database, and run the check as the server's \
                 account, with its settings"
            }
            Self::ClockRight => "right",
            Self::ClockSet => "kept right by this machine's time service",
            Self::ClockWrong => {
                "differs from another one: tokens and credentials are refused elsewhere, and nobody can join in time. \
                 Let a time service (NTP) set it"
            }
            Self::ClockUnknown => {
                "there is nothing to compare it with. Make sure that a time service (NTP) sets it (timedatectl)"
            }
        }
    }
}
