import type { CheckCode, CheckName, CheckVerdict } from '@openvisit/client';

export default {
  title: 'What works from here',
  lead: 'The same as “openvisit check” tells. Asked when this page opens, at most every 20 seconds.',
  again: 'Check again',
  checking: 'Checking: this takes some seconds',
  none: 'Nothing was checked.',
  checkedAt: ({ at }: { at: string }) => `Checked at ${at}`,
  verdicts: { ok: 'Works', warning: 'Take note', fault: 'Fails' } satisfies Record<
    CheckVerdict,
    string
  >,
  things: {
    public_url: 'Public address',
    realtime: 'Messages at once',
    media_address: 'Media address',
    media_udp: 'Media by UDP',
    media_tcp: 'Media by TCP',
    ice_server: 'STUN or TURN',
    provider: 'Media provider',
    issuer: 'Issuer of tokens',
    broker: 'Message broker',
    mail: 'E-mail',
    database: 'Database',
    nodes: 'Nodes',
    keys: 'Keys of kept texts',
    clock: 'Clock',
  } satisfies Record<CheckName, string>,
  codes: {
    timed_out:
      'It did not answer within 9 seconds. Look whether it runs, and for firewalls on the way there.',
    public_url_works: 'It answers, and it is this server.',
    public_url_local:
      'It answers on this machine only. For others set public_url to an https:// address.',
    public_url_not_https:
      'Browsers give camera and microphone to https:// pages only. Set tls.certificate and tls.key, or put a proxy with TLS in front, and set public_url to its address.',
    public_url_unreachable:
      'It cannot be reached from here. Look at the name’s address, the proxy and its certificate; some networks do not let a machine reach its own public address: then try from outside.',
    public_url_other:
      'Something else answers there. Let the name, or the proxy, lead to this server.',
    proxy_alone:
      'The proxy is there, and the server behind it does not answer. Start the server, or let the proxy lead to its address (listen).',
    listen_unusable:
      'The server does not run, and could not: an address that it listens at cannot be taken. Stop what has it, or set listen and operation.listen.',
    public_url_unproven: 'It answers like this software; whether it is this server cannot be told.',
    not_running: 'The server does not run.',
    realtime_works: 'Messages come at once.',
    realtime_polls:
      'Messages come by polling, later and dearer: a proxy in between lets no WebSocket through. Let it pass on the headers Upgrade and Connection.',
    realtime_refused:
      'No messages arrive: something in between answers in the server’s place. Let it pass on /socket.io/ as all else, WebSockets too.',
    realtime_unreachable: 'No messages arrive. See the public address.',
    media_address_fits: 'Browsers are told addresses that they can reach.',
    media_address_private:
      'Browsers are told private addresses only, while the pages have a public one: nobody outside gets sound or picture. Set media.public_address.',
    media_address_none:
      'This machine has no address that a browser could reach. Set media.public_address.',
    media_answers: 'It answers, and it is this server.',
    media_answers_here:
      'It answers on this machine, and not at media.public_address. Let the firewall and the router pass these ports on; some routers do not let a machine reach its own public address: then try from outside.',
    media_free: 'The ports are free.',
    media_taken: 'Another program has these ports. Stop it, or set media.port.',
    media_unproven: 'In use; whether by this server cannot be told.',
    media_unusable:
      'It cannot be listened at. Set media.bind to an address of this machine, and media.port.',
    media_silent: 'It does not answer there. Look at this machine’s own firewall.',
    media_any_port:
      'media.port is 0: the ports change with every start, and no firewall can let them through.',
    media_tcp_off:
      'media.tcp is off: on networks that block UDP there are no calls, unless a TURN server carries them.',
    stun_answers: 'It answers.',
    turn_relays: 'It lets clients in, and relays for them.',
    turn_relay_private:
      'It lets clients in, but relays at a private address, which nobody else reaches. Tell the TURN server its public one (coturn: external-ip).',
    turn_open:
      'It relays for anybody, without credentials: strangers can use it. Let it ask for them (coturn: use-auth-secret), and set its secret here.',
    turn_secret_missing:
      'A TURN server wants credentials. Set secret beside its URL in media.ice_servers.',
    turn_credentials_refused:
      'It refuses the credentials. Set the same secret here and there (coturn: static-auth-secret), and compare both clocks.',
    turn_full: 'It has no room for more at present. Raise its limits.',
    ice_url_wrong:
      'This is no address that browsers take, such as turn:turn.example.org:3478?transport=udp. Correct it in media.ice_servers.',
    ice_unreachable:
      'It cannot be reached. Look at its address, whether it runs, at firewalls, and at its certificate where the URL begins with “turns:”.',
    ice_strange: 'It answers, but not as a STUN or TURN server does. Look at its address and port.',
    ice_refuses: 'It refuses to relay. Its log says why.',
    provider_works: 'It answers, and takes the keys.',
    provider_reached: 'It answers. Whether it takes the keys shows in a call only.',
    provider_tells_nobody:
      'It answers, and tells nobody’s presence: nobody is said to have missed a session by itself.',
    provider_unreachable: 'It cannot be reached. Look at its address, and at firewalls.',
    provider_keys_refused:
      'It refuses the keys. Compare them with the vendor’s; they may have been withdrawn, or be of another account or region.',
    provider_busy: 'It is asked too often, and refuses for now. Check again later.',
    provider_strange: 'It answers, but not as this provider does. Look at its address.',
    provider_fails:
      'It answers that it cannot. Look at the settings, and at the vendor’s status page.',
    issuer_keys_found: 'It answers, and has keys for its tokens.',
    issuer_keys_some:
      'It answers, and has no key of one of the algorithms in its settings: tokens that are signed so are refused. Take that algorithm out once the issuer has changed.',
    issuer_keys_missing:
      'It answers, and has no key that its tokens may be signed with: all of them are refused. Compare the algorithm in its settings with the keys there.',
    issuer_key_given: 'Its key is in the settings.',
    issuer_unreachable:
      'Its keys cannot be fetched: its tokens are refused, or soon will be. Look at jwks_url, at firewalls, and at its certificate.',
    issuer_strange:
      'Something else than keys is answered there: its tokens are refused. Look at jwks_url.',
    broker_none: 'There is none: events go to webhooks only.',
    broker_works: 'It answers, lets the server in, and has its exchange.',
    broker_empty: 'It answers and lets the server in, which makes its exchange when it runs.',
    broker_fails:
      'It cannot be used: events wait until it can. Look at amqp_url and amqp_exchange, and at the broker.',
    mail_none: 'There is no mail server: no e-mail is sent.',
    mail_works: 'It answers and lets the server in.',
    mail_fails:
      'It cannot be used: e-mails wait until it can. Look at mail.url, at firewalls, and at its certificate.',
    database_works: 'It answers, is up to date, and takes what is written.',
    database_empty: 'It is empty or not there yet: the server makes it at its first start.',
    database_old:
      'It works, with an older schema: the server brings it up to date at its next start.',
    database_fails: 'It cannot be used. Look at database_url, at its rights, and at the disk.',
    nodes_serve: 'They serve this database.',
    nodes_none: 'None serves this database now.',
    nodes_silent:
      'One has said nothing for some seconds: it was killed, or cannot reach the database. It is forgotten soon.',
    nodes_differ: 'They are of different versions. Finish the upgrade.',
    nodes_unknown: 'Without the database they cannot be known.',
    keys_fit: 'The notes_key is the one that the database is sealed with.',
    keys_none: 'Nothing is sealed so far.',
    keys_partly:
      'The notes_key opens the database, but not all of it: what older keys sealed is unreadable, or passcodes that were given out are wrong. Give those secrets back where they still are.',
    keys_missing:
      'The notes_key that the database is sealed with is missing. Give it back, in the settings or with the secrets.toml that was backed up.',
    keys_other:
      'The notes_key is not the one that the database is sealed with. Give that one back, in the settings or with the secrets.toml that was backed up.',
    keys_unusable: 'The secrets cannot be used. Mend or restore secrets.toml.',
    keys_unproven: 'Whether they fit the database cannot be told. See the database.',
    clock_right: 'It is right.',
    clock_set: 'This machine’s time service keeps it right.',
    clock_wrong:
      'It differs from another one: tokens and credentials are refused elsewhere. Let a time service (NTP) set it.',
    clock_unknown:
      'There is nothing to compare it with. Make sure that a time service (NTP) sets it.',
  } satisfies Record<CheckCode, string>,
};
