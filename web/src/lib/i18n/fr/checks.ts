import type english from '../en/checks';

export default {
  title: 'Ce qui fonctionne d’ici',
  lead: 'La même chose que « openvisit check ». Vérifié à l’ouverture de cette page, au plus toutes les 20 secondes.',
  again: 'Vérifier à nouveau',
  checking: 'Vérification en cours : cela prend quelques secondes',
  none: 'Rien n’a été vérifié.',
  checkedAt: ({ at }) => `Vérifié : ${at}`,
  verdicts: { ok: 'Fonctionne', warning: 'À noter', fault: 'Ne fonctionne pas' },
  things: {
    public_url: 'Adresse publique',
    realtime: 'Messages immédiats',
    media_address: 'Adresse des médias',
    media_udp: 'Médias par UDP',
    media_tcp: 'Médias par TCP',
    ice_server: 'STUN ou TURN',
    provider: 'Fournisseur de médias',
    issuer: 'Émetteur de jetons',
    broker: 'Courtier de messages',
    mail: 'E-mail',
    database: 'Base de données',
    nodes: 'Nœuds',
    keys: 'Clés des notes',
    clock: 'Horloge',
  },
  codes: {
    timed_out:
      'Pas de réponse en 9 secondes. Vérifiez que le service tourne et qu’aucun pare-feu ne se trouve sur le chemin.',
    public_url_works: 'Elle répond, et c’est bien ce serveur.',
    public_url_local:
      'Elle ne répond que sur cette machine. Pour les autres, donnez à public_url une adresse https://.',
    public_url_not_https:
      'Les navigateurs ne donnent la caméra et le micro qu’aux pages https://. Renseignez tls.certificate et tls.key, ou placez un proxy avec TLS devant, et donnez son adresse à public_url.',
    public_url_unreachable:
      'Elle est injoignable d’ici. Vérifiez l’adresse du nom, le proxy et son certificat ; certains réseaux ne laissent pas une machine joindre sa propre adresse publique : essayez alors de l’extérieur.',
    public_url_other:
      'Autre chose répond à cette adresse. Faites mener le nom, ou le proxy, à ce serveur.',
    proxy_alone:
      'Le proxy est là, mais le serveur derrière lui ne répond pas. Démarrez le serveur, ou faites mener le proxy à son adresse (listen).',
    listen_unusable:
      'Le serveur ne tourne pas, et ne le pourrait pas : une adresse où il écoute n’est pas disponible. Arrêtez ce qui l’occupe, ou changez listen et operation.listen.',
    public_url_unproven: 'Ce logiciel y répond ; on ne peut pas dire si c’est ce serveur.',
    not_running: 'Le serveur ne tourne pas.',
    realtime_works: 'Les messages arrivent aussitôt.',
    realtime_polls:
      'Les messages n’arrivent que sur demande, plus tard et à plus grand prix : un proxy intermédiaire ne laisse passer aucun WebSocket. Faites-lui transmettre les en-têtes Upgrade et Connection.',
    realtime_refused:
      'Aucun message n’arrive : quelque chose répond à la place du serveur. Faites transmettre /socket.io/ comme tout le reste, WebSockets compris.',
    realtime_unreachable: 'Aucun message n’arrive. Voir l’adresse publique.',
    media_address_fits: 'Les navigateurs reçoivent des adresses qu’ils peuvent joindre.',
    media_address_private:
      'Les navigateurs ne reçoivent que des adresses privées, alors que les pages en ont une publique : personne à l’extérieur n’a ni son ni image. Renseignez media.public_address.',
    media_address_none:
      'Cette machine n’a aucune adresse qu’un navigateur puisse joindre. Renseignez media.public_address.',
    media_answers: 'Répond, et c’est bien ce serveur.',
    media_answers_here:
      'Répond sur cette machine, mais pas à media.public_address. Faites transmettre ces ports par le pare-feu et le routeur ; certains routeurs ne laissent pas une machine joindre sa propre adresse publique : essayez alors de l’extérieur.',
    media_free: 'Les ports sont libres.',
    media_taken: 'Un autre programme occupe ces ports. Arrêtez-le, ou changez media.port.',
    media_unproven: 'Occupés ; on ne peut pas dire si c’est par ce serveur.',
    media_unusable:
      'Impossible d’y écouter. Donnez à media.bind une adresse de cette machine, et vérifiez media.port.',
    media_silent: 'Rien n’y répond. Vérifiez le pare-feu de cette machine.',
    media_any_port:
      'media.port vaut 0 : les ports changent à chaque démarrage, et aucun pare-feu ne peut les laisser passer.',
    media_tcp_off:
      'media.tcp est désactivé : sur les réseaux qui bloquent UDP, pas d’appels, à moins qu’un serveur TURN ne les relaie.',
    stun_answers: 'Il répond.',
    turn_relays: 'Il admet les clients et relaie pour eux.',
    turn_relay_private:
      'Il admet les clients, mais relaie sur une adresse privée que personne d’autre ne joint. Indiquez au serveur TURN son adresse publique (coturn : external-ip).',
    turn_open:
      'Il relaie pour tout le monde, sans identifiants : des inconnus peuvent s’en servir. Faites-lui en demander (coturn : use-auth-secret) et indiquez ici son secret.',
    turn_secret_missing:
      'Un serveur TURN demande des identifiants. Renseignez secret à côté de son URL dans media.ice_servers.',
    turn_credentials_refused:
      'Il refuse les identifiants. Mettez le même secret ici et là-bas (coturn : static-auth-secret), et comparez les deux horloges.',
    turn_full: 'Il n’a plus de place pour le moment. Relevez ses limites.',
    ice_url_wrong:
      'Ce n’est pas une adresse que les navigateurs acceptent, comme turn:turn.example.org:3478?transport=udp. Corrigez-la dans media.ice_servers.',
    ice_unreachable:
      'Il est injoignable. Vérifiez son adresse, qu’il tourne, les pare-feu, et son certificat si l’URL commence par « turns: ».',
    ice_strange:
      'Quelque chose répond, mais pas comme un serveur STUN ou TURN. Vérifiez l’adresse et le port.',
    ice_refuses: 'Il refuse de relayer. Son journal dit pourquoi.',
    provider_works: 'Il répond et accepte les clés.',
    provider_reached: 'Il répond. Seul un appel montre s’il accepte les clés.',
    provider_tells_nobody:
      'Il répond, mais ne signale la présence de personne : nul n’est déclaré absent automatiquement.',
    provider_unreachable: 'Il est injoignable. Vérifiez son adresse et les pare-feu.',
    provider_keys_refused:
      'Il refuse les clés. Comparez-les avec celles du fournisseur ; elles ont peut-être été retirées, ou sont d’un autre compte ou d’une autre région.',
    provider_busy: 'Il est trop sollicité et refuse pour le moment. Vérifiez à nouveau plus tard.',
    provider_strange: 'Quelque chose répond, mais pas comme ce fournisseur. Vérifiez son adresse.',
    provider_fails:
      'Il répond qu’il ne peut pas. Vérifiez les réglages et la page d’état du fournisseur.',
    issuer_keys_found: 'Il répond et possède des clés pour ses jetons.',
    issuer_keys_some:
      'Il répond, mais n’a aucune clé pour l’un des algorithmes de ses réglages : les jetons signés ainsi sont refusés. Retirez cet algorithme une fois que l’émetteur a changé.',
    issuer_keys_missing:
      'Il répond, mais n’a aucune clé avec laquelle ses jetons peuvent être signés : tous sont refusés. Comparez l’algorithme de ses réglages avec les clés qui s’y trouvent.',
    issuer_key_given: 'Sa clé se trouve dans les réglages.',
    issuer_unreachable:
      'Ses clés ne peuvent être récupérées : ses jetons sont refusés, ou le seront bientôt. Vérifiez jwks_url, les pare-feu et son certificat.',
    issuer_strange:
      'Autre chose que des clés répond à cet endroit : ses jetons sont refusés. Vérifiez jwks_url.',
    broker_none: 'Il n’y en a pas : les événements ne vont qu’aux webhooks.',
    broker_works: 'Il répond, admet le serveur et possède son échange.',
    broker_empty: 'Il répond et admet le serveur, qui crée son échange dès qu’il tourne.',
    broker_fails:
      'Il est inutilisable : les événements attendent. Vérifiez amqp_url et amqp_exchange, ainsi que le courtier.',
    mail_none: 'Il n’y a pas de serveur de messagerie : aucun e-mail n’est envoyé.',
    mail_works: 'Il répond et admet le serveur.',
    mail_fails:
      'Il est inutilisable : les e-mails attendent. Vérifiez mail.url, les pare-feu et son certificat.',
    database_works: 'Elle répond, elle est à jour et accepte les écritures.',
    database_empty:
      'Elle est vide ou n’existe pas encore : le serveur la crée à son premier démarrage.',
    database_old:
      'Elle fonctionne, avec un schéma plus ancien : le serveur la met à jour à son prochain démarrage.',
    database_fails: 'Elle est inutilisable. Vérifiez database_url, ses droits et le disque.',
    nodes_serve: 'Ils servent cette base de données.',
    nodes_none: 'Aucun ne sert cette base de données pour le moment.',
    nodes_silent:
      'L’un d’eux ne donne plus signe depuis quelques secondes : il a été arrêté ou n’atteint pas la base de données. Il sera bientôt oublié.',
    nodes_differ: 'Ils sont de versions différentes. Terminez la mise à jour.',
    nodes_unknown: 'Sans la base de données, ils restent inconnus.',
    keys_fit: 'La base de données est scellée avec ce notes_key.',
    keys_none: 'Rien n’est scellé jusqu’ici.',
    keys_partly:
      'Le notes_key ouvre la base de données, mais pas tout : ce que d’anciennes clés ont scellé est illisible, ou les codes remis ne sont plus valables. Rendez ces secrets s’ils existent encore.',
    keys_missing:
      'Le notes_key avec lequel la base de données est scellée manque. Rendez-le, dans les réglages ou avec le secrets.toml sauvegardé.',
    keys_other:
      'La base de données est scellée avec un autre notes_key. Rendez celui-là, dans les réglages ou avec le secrets.toml sauvegardé.',
    keys_unusable: 'Les secrets sont inutilisables. Corrigez secrets.toml ou restaurez le fichier.',
    keys_unproven:
      'On ne peut pas dire s’ils vont avec la base de données. Voir la base de données.',
    clock_right: 'Elle est juste.',
    clock_set: 'Le service de temps de cette machine la tient à l’heure.',
    clock_wrong:
      'Elle diffère d’une autre : jetons et identifiants sont refusés ailleurs. Faites-la régler par un service de temps (NTP).',
    clock_unknown:
      'Il n’y a rien à quoi la comparer. Assurez-vous qu’un service de temps (NTP) la règle.',
  },
} satisfies typeof english;
