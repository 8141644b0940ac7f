import type english from '../en/checks';

export default {
  title: 'Was von hier aus läuft',
  lead: 'Dasselbe, was „openvisit check“ sagt. Geprüft wird, wenn diese Seite geöffnet wird, höchstens alle 20 Sekunden.',
  again: 'Erneut prüfen',
  checking: 'Wird geprüft: das dauert einige Sekunden',
  none: 'Es wurde nichts geprüft.',
  checkedAt: ({ at }) => `Geprüft: ${at}`,
  verdicts: { ok: 'Läuft', warning: 'Zu beachten', fault: 'Läuft nicht' },
  things: {
    public_url: 'Öffentliche Adresse',
    realtime: 'Nachrichten sofort',
    media_address: 'Medienadresse',
    media_udp: 'Medien über UDP',
    media_tcp: 'Medien über TCP',
    ice_server: 'STUN oder TURN',
    provider: 'Medienanbieter',
    issuer: 'Aussteller von Tokens',
    broker: 'Nachrichtenvermittler',
    mail: 'E-Mail',
    database: 'Datenbank',
    nodes: 'Knoten',
    keys: 'Schlüssel der Notizen',
    clock: 'Uhr',
  },
  codes: {
    timed_out:
      'Keine Antwort innerhalb von 9 Sekunden. Sehen Sie nach, ob der Dienst läuft und ob Firewalls auf dem Weg dorthin liegen.',
    public_url_works: 'Sie antwortet, und es ist dieser Server.',
    public_url_local:
      'Sie antwortet nur auf dieser Maschine. Setzen Sie für andere public_url auf eine https://-Adresse.',
    public_url_not_https:
      'Browser geben Kamera und Mikrofon nur für https://-Seiten frei. Setzen Sie tls.certificate und tls.key oder stellen Sie einen Proxy mit TLS davor und setzen Sie public_url auf dessen Adresse.',
    public_url_unreachable:
      'Sie ist von hier aus nicht erreichbar. Prüfen Sie die Adresse des Namens, den Proxy und sein Zertifikat; manche Netze lassen eine Maschine ihre eigene öffentliche Adresse nicht erreichen: Versuchen Sie es dann von außen.',
    public_url_other:
      'Dort antwortet etwas anderes. Lassen Sie den Namen oder den Proxy zu diesem Server führen.',
    proxy_alone:
      'Der Proxy ist da, aber der Server dahinter antwortet nicht. Starten Sie den Server oder lassen Sie den Proxy zu seiner Adresse (listen) führen.',
    listen_unusable:
      'Der Server läuft nicht und könnte es auch nicht: Eine Adresse, auf der er lauscht, ist nicht zu haben. Beenden Sie, was sie belegt, oder setzen Sie listen und operation.listen.',
    public_url_unproven:
      'Dort antwortet diese Software; ob es dieser Server ist, lässt sich nicht sagen.',
    not_running: 'Der Server läuft nicht.',
    realtime_works: 'Nachrichten kommen sofort an.',
    realtime_polls:
      'Nachrichten kommen nur auf Nachfrage, später und mit mehr Aufwand: Ein Proxy dazwischen lässt keine WebSockets durch. Lassen Sie ihn die Kopfzeilen Upgrade und Connection weitergeben.',
    realtime_refused:
      'Es kommen keine Nachrichten an: Etwas dazwischen antwortet anstelle des Servers. Lassen Sie es /socket.io/ wie alles andere weitergeben, auch WebSockets.',
    realtime_unreachable: 'Es kommen keine Nachrichten an. Siehe öffentliche Adresse.',
    media_address_fits: 'Browser erfahren Adressen, die sie erreichen können.',
    media_address_private:
      'Browser erfahren nur private Adressen, während die Seiten eine öffentliche haben: Draußen bekommt niemand Ton oder Bild. Setzen Sie media.public_address.',
    media_address_none:
      'Diese Maschine hat keine Adresse, die ein Browser erreichen könnte. Setzen Sie media.public_address.',
    media_answers: 'Antwortet, und es ist dieser Server.',
    media_answers_here:
      'Antwortet auf dieser Maschine, aber nicht unter media.public_address. Lassen Sie Firewall und Router diese Ports durchreichen; manche Router lassen eine Maschine ihre eigene öffentliche Adresse nicht erreichen: Versuchen Sie es dann von außen.',
    media_free: 'Die Ports sind frei.',
    media_taken:
      'Ein anderes Programm belegt diese Ports. Beenden Sie es oder setzen Sie media.port.',
    media_unproven: 'Belegt; ob durch diesen Server, lässt sich nicht sagen.',
    media_unusable:
      'Dort kann nicht gelauscht werden. Setzen Sie media.bind auf eine Adresse dieser Maschine, und media.port.',
    media_silent: 'Dort antwortet nichts. Prüfen Sie die Firewall dieser Maschine.',
    media_any_port:
      'media.port ist 0: Die Ports wechseln mit jedem Start, und keine Firewall kann sie durchlassen.',
    media_tcp_off:
      'media.tcp ist aus: In Netzen, die UDP sperren, gibt es keine Gespräche, wenn kein TURN-Server sie weiterleitet.',
    stun_answers: 'Er antwortet.',
    turn_relays: 'Er lässt Klienten ein und leitet für sie weiter.',
    turn_relay_private:
      'Er lässt Klienten ein, leitet aber über eine private Adresse weiter, die sonst niemand erreicht. Nennen Sie dem TURN-Server seine öffentliche (coturn: external-ip).',
    turn_open:
      'Er leitet für jeden weiter, ohne Zugangsdaten: Fremde können ihn benutzen. Lassen Sie ihn danach fragen (coturn: use-auth-secret) und setzen Sie sein Geheimnis hier.',
    turn_secret_missing:
      'Ein TURN-Server verlangt Zugangsdaten. Setzen Sie secret neben seiner URL in media.ice_servers.',
    turn_credentials_refused:
      'Er lehnt die Zugangsdaten ab. Setzen Sie hier und dort dasselbe Geheimnis (coturn: static-auth-secret) und vergleichen Sie beide Uhren.',
    turn_full: 'Er hat zurzeit keinen Platz für weitere. Erhöhen Sie seine Grenzen.',
    ice_url_wrong:
      'Das ist keine Adresse, wie Browser sie annehmen, etwa turn:turn.example.org:3478?transport=udp. Berichtigen Sie sie in media.ice_servers.',
    ice_unreachable:
      'Er ist nicht erreichbar. Prüfen Sie seine Adresse, ob er läuft, Firewalls und sein Zertifikat, wenn die URL mit „turns:“ beginnt.',
    ice_strange:
      'Dort antwortet etwas, aber nicht wie ein STUN- oder TURN-Server. Prüfen Sie Adresse und Port.',
    ice_refuses: 'Er lehnt das Weiterleiten ab. Sein Protokoll sagt, warum.',
    provider_works: 'Er antwortet und nimmt die Schlüssel an.',
    provider_reached:
      'Er antwortet. Ob er die Schlüssel annimmt, zeigt sich erst in einem Gespräch.',
    provider_tells_nobody:
      'Er antwortet, meldet aber niemandes Anwesenheit: Niemandem wird von selbst nachgesagt, eine Sitzung versäumt zu haben.',
    provider_unreachable: 'Er ist nicht erreichbar. Prüfen Sie seine Adresse und Firewalls.',
    provider_keys_refused:
      'Er lehnt die Schlüssel ab. Vergleichen Sie sie mit denen des Anbieters; vielleicht wurden sie zurückgezogen oder gehören zu einem anderen Konto oder einer anderen Region.',
    provider_busy: 'Er wird zu oft gefragt und lehnt vorerst ab. Prüfen Sie später erneut.',
    provider_strange:
      'Dort antwortet etwas, aber nicht wie dieser Anbieter. Prüfen Sie seine Adresse.',
    provider_fails:
      'Er antwortet, dass er nicht kann. Prüfen Sie die Einstellungen und die Statusseite des Anbieters.',
    issuer_keys_found: 'Er antwortet und hat Schlüssel für seine Tokens.',
    issuer_keys_some:
      'Er antwortet, hat aber zu einem der eingestellten Algorithmen keinen Schlüssel: So signierte Tokens werden abgelehnt. Nehmen Sie diesen Algorithmus heraus, sobald der Aussteller gewechselt hat.',
    issuer_keys_missing:
      'Er antwortet, hat aber keinen Schlüssel, mit dem seine Tokens signiert sein dürfen: Alle werden abgelehnt. Vergleichen Sie den eingestellten Algorithmus mit den Schlüsseln dort.',
    issuer_key_given: 'Sein Schlüssel steht in den Einstellungen.',
    issuer_unreachable:
      'Seine Schlüssel lassen sich nicht holen: Seine Tokens werden abgelehnt, oder bald. Prüfen Sie jwks_url, Firewalls und sein Zertifikat.',
    issuer_strange:
      'Dort antwortet etwas anderes als Schlüssel: Seine Tokens werden abgelehnt. Prüfen Sie jwks_url.',
    broker_none: 'Es gibt keinen: Ereignisse gehen nur an Webhooks.',
    broker_works: 'Er antwortet, lässt den Server ein und hat dessen Exchange.',
    broker_empty:
      'Er antwortet und lässt den Server ein, der sein Exchange anlegt, sobald er läuft.',
    broker_fails:
      'Er ist nicht benutzbar: Ereignisse warten so lange. Prüfen Sie amqp_url und amqp_exchange sowie den Vermittler selbst.',
    mail_none: 'Es gibt keinen Mailserver: E-Mails werden nicht verschickt.',
    mail_works: 'Er antwortet und lässt den Server ein.',
    mail_fails:
      'Er ist nicht benutzbar: E-Mails warten so lange. Prüfen Sie mail.url, Firewalls und sein Zertifikat.',
    database_works: 'Sie antwortet, ist auf dem neuesten Stand und nimmt Geschriebenes an.',
    database_empty: 'Sie ist leer oder noch nicht da: Der Server legt sie beim ersten Start an.',
    database_old:
      'Sie läuft, mit einem älteren Schema: Der Server bringt sie beim nächsten Start auf den neuesten Stand.',
    database_fails:
      'Sie ist nicht benutzbar. Prüfen Sie database_url, ihre Rechte und den Datenträger.',
    nodes_serve: 'Sie bedienen diese Datenbank.',
    nodes_none: 'Zurzeit bedient keiner diese Datenbank.',
    nodes_silent:
      'Einer hat sich seit einigen Sekunden nicht gemeldet: Er wurde beendet oder erreicht die Datenbank nicht. Er wird bald vergessen.',
    nodes_differ: 'Sie haben verschiedene Versionen. Schließen Sie die Aktualisierung ab.',
    nodes_unknown: 'Ohne die Datenbank sind sie nicht bekannt.',
    keys_fit: 'Die Datenbank ist mit diesem notes_key versiegelt.',
    keys_none: 'Bisher wurde nichts versiegelt.',
    keys_partly:
      'Der notes_key öffnet die Datenbank, aber nicht alles darin: Was ältere Schlüssel versiegelt haben, ist unlesbar, oder ausgegebene Codes gelten nicht mehr. Geben Sie diese Geheimnisse zurück, wo es sie noch gibt.',
    keys_missing:
      'Der notes_key, mit dem die Datenbank versiegelt ist, fehlt. Geben Sie ihn zurück, in den Einstellungen oder mit der gesicherten secrets.toml.',
    keys_other:
      'Die Datenbank ist mit einem anderen notes_key versiegelt. Geben Sie jenen zurück, in den Einstellungen oder mit der gesicherten secrets.toml.',
    keys_unusable:
      'Die Geheimnisse sind nicht benutzbar. Berichtigen Sie secrets.toml oder stellen Sie die Datei wieder her.',
    keys_unproven: 'Ob sie zur Datenbank passen, lässt sich nicht sagen. Siehe Datenbank.',
    clock_right: 'Sie geht richtig.',
    clock_set: 'Der Zeitdienst dieser Maschine hält sie richtig.',
    clock_wrong:
      'Sie weicht von einer anderen ab: Tokens und Zugangsdaten werden anderswo abgelehnt. Lassen Sie sie von einem Zeitdienst (NTP) stellen.',
    clock_unknown:
      'Es gibt nichts, womit sie sich vergleichen ließe. Sorgen Sie dafür, dass ein Zeitdienst (NTP) sie stellt.',
  },
} satisfies typeof english;
