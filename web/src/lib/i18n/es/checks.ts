import type english from '../en/checks';

export default {
  title: 'Qué funciona desde aquí',
  lead: 'Lo mismo que dice «openvisit check». Se comprueba al abrir esta página, como mucho cada 20 segundos.',
  again: 'Comprobar de nuevo',
  checking: 'Comprobando: tarda unos segundos',
  none: 'No se ha comprobado nada.',
  checkedAt: ({ at }) => `Comprobado: ${at}`,
  verdicts: { ok: 'Funciona', warning: 'A tener en cuenta', fault: 'No funciona' },
  things: {
    public_url: 'Dirección pública',
    realtime: 'Mensajes al instante',
    media_address: 'Dirección de los medios',
    media_udp: 'Medios por UDP',
    media_tcp: 'Medios por TCP',
    ice_server: 'STUN o TURN',
    provider: 'Proveedor de medios',
    issuer: 'Emisor de tokens',
    broker: 'Intermediario de mensajes',
    mail: 'Correo electrónico',
    database: 'Base de datos',
    nodes: 'Nodos',
    keys: 'Claves de las notas',
    clock: 'Reloj',
  },
  codes: {
    timed_out:
      'No ha respondido en 9 segundos. Mire si está en marcha y si hay cortafuegos en el camino.',
    public_url_works: 'Responde, y es este servidor.',
    public_url_local:
      'Solo responde en esta máquina. Para los demás, ponga en public_url una dirección https://.',
    public_url_not_https:
      'Los navegadores solo dan cámara y micrófono a páginas https://. Indique tls.certificate y tls.key, o ponga delante un proxy con TLS, y dé su dirección a public_url.',
    public_url_unreachable:
      'No se puede alcanzar desde aquí. Revise la dirección del nombre, el proxy y su certificado; algunas redes no dejan que una máquina alcance su propia dirección pública: pruebe entonces desde fuera.',
    public_url_other:
      'Allí responde otra cosa. Haga que el nombre, o el proxy, lleve a este servidor.',
    proxy_alone:
      'El proxy está ahí, pero el servidor que hay detrás no responde. Ponga en marcha el servidor, o haga que el proxy lleve a su dirección (listen).',
    listen_unusable:
      'El servidor no está en marcha, ni podría estarlo: una dirección en la que escucha no está disponible. Detenga lo que la ocupa, o cambie listen y operation.listen.',
    public_url_unproven: 'Allí responde este software; no se puede saber si es este servidor.',
    not_running: 'El servidor no está en marcha.',
    realtime_works: 'Los mensajes llegan al instante.',
    realtime_polls:
      'Los mensajes llegan solo al preguntar, más tarde y con más coste: un proxy intermedio no deja pasar WebSockets. Haga que transmita las cabeceras Upgrade y Connection.',
    realtime_refused:
      'No llegan mensajes: algo intermedio responde en lugar del servidor. Haga que transmita /socket.io/ como todo lo demás, también WebSockets.',
    realtime_unreachable: 'No llegan mensajes. Vea la dirección pública.',
    media_address_fits: 'Los navegadores reciben direcciones que pueden alcanzar.',
    media_address_private:
      'Los navegadores solo reciben direcciones privadas, mientras que las páginas tienen una pública: fuera nadie tiene sonido ni imagen. Indique media.public_address.',
    media_address_none:
      'Esta máquina no tiene ninguna dirección que un navegador pueda alcanzar. Indique media.public_address.',
    media_answers: 'Responde, y es este servidor.',
    media_answers_here:
      'Responde en esta máquina, pero no en media.public_address. Haga que el cortafuegos y el router dejen pasar estos puertos; algunos routers no dejan que una máquina alcance su propia dirección pública: pruebe entonces desde fuera.',
    media_free: 'Los puertos están libres.',
    media_taken: 'Otro programa ocupa estos puertos. Deténgalo o cambie media.port.',
    media_unproven: 'Ocupados; no se puede saber si por este servidor.',
    media_unusable:
      'No se puede escuchar allí. Ponga en media.bind una dirección de esta máquina, y revise media.port.',
    media_silent: 'Allí no responde nada. Revise el cortafuegos de esta máquina.',
    media_any_port:
      'media.port es 0: los puertos cambian en cada arranque, y ningún cortafuegos puede dejarlos pasar.',
    media_tcp_off:
      'media.tcp está desactivado: en redes que bloquean UDP no hay llamadas, a menos que un servidor TURN las retransmita.',
    stun_answers: 'Responde.',
    turn_relays: 'Admite a los clientes y retransmite para ellos.',
    turn_relay_private:
      'Admite a los clientes, pero retransmite en una dirección privada que nadie más alcanza. Indique al servidor TURN la pública (coturn: external-ip).',
    turn_open:
      'Retransmite para cualquiera, sin credenciales: pueden usarlo extraños. Haga que las pida (coturn: use-auth-secret) e indique aquí su secreto.',
    turn_secret_missing:
      'Un servidor TURN pide credenciales. Indique secret junto a su URL en media.ice_servers.',
    turn_credentials_refused:
      'Rechaza las credenciales. Ponga el mismo secreto aquí y allí (coturn: static-auth-secret) y compare ambos relojes.',
    turn_full: 'Ahora no tiene sitio para más. Amplíe sus límites.',
    ice_url_wrong:
      'No es una dirección que acepten los navegadores, como turn:turn.example.org:3478?transport=udp. Corríjala en media.ice_servers.',
    ice_unreachable:
      'No se puede alcanzar. Revise su dirección, si está en marcha, los cortafuegos y su certificado si la URL empieza por «turns:».',
    ice_strange:
      'Algo responde, pero no como un servidor STUN o TURN. Revise la dirección y el puerto.',
    ice_refuses: 'Se niega a retransmitir. Su registro dice por qué.',
    provider_works: 'Responde y acepta las claves.',
    provider_reached: 'Responde. Solo una llamada muestra si acepta las claves.',
    provider_tells_nobody:
      'Responde, pero no comunica la presencia de nadie: a nadie se le da por ausente automáticamente.',
    provider_unreachable: 'No se puede alcanzar. Revise su dirección y los cortafuegos.',
    provider_keys_refused:
      'Rechaza las claves. Compárelas con las del proveedor; quizá se hayan retirado, o sean de otra cuenta o región.',
    provider_busy: 'Recibe demasiadas preguntas y por ahora las rechaza. Compruébelo más tarde.',
    provider_strange: 'Algo responde, pero no como este proveedor. Revise su dirección.',
    provider_fails:
      'Responde que no puede. Revise los ajustes y la página de estado del proveedor.',
    issuer_keys_found: 'Responde y tiene claves para sus tokens.',
    issuer_keys_some:
      'Responde, pero no tiene clave de uno de los algoritmos de sus ajustes: los tokens firmados así se rechazan. Quite ese algoritmo cuando el emisor haya cambiado.',
    issuer_keys_missing:
      'Responde, pero no tiene ninguna clave con la que puedan firmarse sus tokens: todos se rechazan. Compare el algoritmo de sus ajustes con las claves de allí.',
    issuer_key_given: 'Su clave está en los ajustes.',
    issuer_unreachable:
      'No se pueden obtener sus claves: sus tokens se rechazan, o pronto se rechazarán. Revise jwks_url, los cortafuegos y su certificado.',
    issuer_strange: 'Allí responde otra cosa que claves: sus tokens se rechazan. Revise jwks_url.',
    broker_none: 'No hay ninguno: los eventos solo van a webhooks.',
    broker_works: 'Responde, admite al servidor y tiene su exchange.',
    broker_empty: 'Responde y admite al servidor, que crea su exchange en cuanto está en marcha.',
    broker_fails:
      'No se puede usar: los eventos esperan. Revise amqp_url y amqp_exchange, y el propio intermediario.',
    mail_none: 'No hay servidor de correo: no se envían mensajes.',
    mail_works: 'Responde y admite al servidor.',
    mail_fails:
      'No se puede usar: los mensajes esperan. Revise mail.url, los cortafuegos y su certificado.',
    database_works: 'Responde, está al día y acepta lo que se escribe.',
    database_empty: 'Está vacía o aún no existe: el servidor la crea en su primer arranque.',
    database_old:
      'Funciona, con un esquema anterior: el servidor la pone al día en su próximo arranque.',
    database_fails: 'No se puede usar. Revise database_url, sus permisos y el disco.',
    nodes_serve: 'Sirven esta base de datos.',
    nodes_none: 'Ahora ninguno sirve esta base de datos.',
    nodes_silent:
      'Uno no da señales desde hace unos segundos: se detuvo o no alcanza la base de datos. Pronto se olvidará.',
    nodes_differ: 'Son de versiones distintas. Termine la actualización.',
    nodes_unknown: 'Sin la base de datos no se pueden conocer.',
    keys_fit: 'La base de datos está sellada con este notes_key.',
    keys_none: 'Todavía no hay nada sellado.',
    keys_partly:
      'El notes_key abre la base de datos, pero no toda: lo que sellaron claves anteriores es ilegible, o los códigos entregados ya no valen. Devuelva esos secretos si aún existen.',
    keys_missing:
      'Falta el notes_key con el que está sellada la base de datos. Devuélvalo, en los ajustes o con la copia de secrets.toml.',
    keys_other:
      'La base de datos está sellada con otro notes_key. Devuelva aquel, en los ajustes o con la copia de secrets.toml.',
    keys_unusable: 'Los secretos no se pueden usar. Corrija secrets.toml o restaure el archivo.',
    keys_unproven: 'No se puede saber si corresponden a la base de datos. Véase la base de datos.',
    clock_right: 'Está en hora.',
    clock_set: 'El servicio horario de esta máquina lo mantiene en hora.',
    clock_wrong:
      'Difiere de otro: en otros sitios se rechazan tokens y credenciales. Haga que lo ajuste un servicio horario (NTP).',
    clock_unknown:
      'No hay nada con que compararlo. Asegúrese de que lo ajusta un servicio horario (NTP).',
  },
} satisfies typeof english;
