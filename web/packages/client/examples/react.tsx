import { useEffect, useRef } from 'react';
import { useOpenVisit } from '@openvisit/client/react';

const mine = async () => (await fetch('/my/visit')).json();

export function Visit({ server, session }: { server: string; session: string }) {
  const token = async () => (await mine()).token;
  const { state, visit } = useOpenVisit({ server, session, token });
  return (
    <main>
      <Picture stream={state.others[0]?.stream ?? null} />
      <Picture stream={state.self} muted />
      <output>{state.problem?.code ?? state.phase}</output>
      {state.can.join && <button onClick={() => void visit?.join()}>Join</button>}
      {state.can.admit && (
        <button onClick={() => void visit?.admit()}>Admit {state.waiting[0]?.name}</button>
      )}
      {state.can.leave && <button onClick={() => visit?.leave()}>Leave</button>}
      {state.can.end && <button onClick={() => visit?.end()}>End</button>}
    </main>
  );
}

function Picture({ stream, muted }: { stream: MediaStream | null; muted?: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} muted={muted} autoPlay playsInline />;
}
