import { use } from 'react';
import { Visit } from './react';

const mine = fetch('/my/visit').then((answer) => answer.json());

export default function App() {
  const { server, session } = use(mine);
  return <Visit server={server} session={session} />;
}
