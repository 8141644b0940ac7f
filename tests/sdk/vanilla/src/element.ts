import '@openvisit/client/element';

const element = document.querySelector('openvisit-call')!;
element.token = async () => (await (await fetch('/my/visit')).json()).token;
element.addEventListener('phase', () => (document.title = element.visit?.state.phase ?? ''));
const { server, session } = await (await fetch('/my/visit')).json();
element.setAttribute('server', server);
element.setAttribute('session', session);
