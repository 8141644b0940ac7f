import {
  DefaultDeviceController,
  DefaultEventController,
  DefaultMeetingSession,
  MeetingSessionConfiguration,
  MeetingSessionStatusCode,
  NoOpEventReporter,
  NoOpLogger,
  type AudioVideoFacade,
  type MeetingSessionStatus,
  type VideoTileState,
} from 'amazon-chime-sdk-js';
import { soundOf, type LocalMedia } from '../local.ts';
import { orNobody, silent, type Media, type MediaEvents, type Remote } from '../media.ts';
import type { MediaGrant } from '../model.ts';
import { measure, UNKNOWN, type Quality, type Sample } from '../stats.ts';
import { Outgoing, type Sent, type SourceName } from './outgoing.ts';
import { Standing } from './standing.ts';

/** What a shared screen's attendee id has behind the sharer's own. */
const CONTENT = '#content';

/** Amazon Chime SDK: a meeting. External user ids are participants' ids; the others' voices come as one. */
export class Chime implements Media {
  readonly #standing: Standing;
  /** By attendee. */
  readonly #people = new Map<string, string>();
  readonly #tiles = new Map<number, VideoTileState>();
  #session: DefaultMeetingSession | null = null;
  #outgoing: Outgoing | null = null;
  #voices: MediaStreamTrack | null = null;
  #takesCameras = true;
  #before: Sample | null = null;
  #started: () => void = () => undefined;
  #refused: (why: Error) => void = () => undefined;

  readonly #local: LocalMedia;
  readonly #events: MediaEvents;

  constructor(local: LocalMedia, events: MediaEvents) {
    this.#local = local;
    this.#events = events;
    this.#standing = new Standing(events);
  }

  get remotes(): Remote[] {
    const remotes = new Map([...this.#people.values()].map((id) => [id, silent(id)]));
    for (const { boundExternalUserId, boundVideoStream, isContent } of this.#tiles.values()) {
      const remote = remotes.get(boundExternalUserId ?? '');
      const track = boundVideoStream?.getVideoTracks()[0] ?? null;
      if (remote) remote[isContent ? 'screen' : 'camera'] = track;
    }
    const [first, ...rest] = orNobody([...remotes.values()]);
    return first ? [{ ...first, microphone: this.#voices }, ...rest] : rest;
  }

  join({ details }: MediaGrant): Promise<void> {
    const { Meeting, Attendee } = details as unknown as { Meeting: unknown; Attendee: unknown };
    const logger = new NoOpLogger();
    const configuration = new MeetingSessionConfiguration(Meeting, Attendee);
    // Nothing but the call itself goes to Amazon.
    const silence = new DefaultEventController(configuration, logger, new NoOpEventReporter());
    const devices = new DefaultDeviceController(logger);
    this.#session = new DefaultMeetingSession(configuration, logger, devices, silence);
    const call = this.#session.audioVideo;
    const own = configuration.credentials?.attendeeId ?? '';
    this.#listen(call, own);
    const put = (source: SourceName, now: Sent, before?: Sent) =>
      this.#send(call, source, now, before);
    this.#outgoing = new Outgoing(this.#local, put, this.#events.failing);
    // Who sends no sound at all does not count as having come.
    if (!soundOf(this.#local.state).track) void call.startAudioInput(null);
    return new Promise((resolve, reject) => {
      [this.#started, this.#refused] = [resolve, reject];
      call.start();
    });
  }

  mend(): Promise<boolean> {
    return this.#standing.mended();
  }

  async quality(): Promise<Quality> {
    const report = await this.#session?.audioVideo.getRTCPeerConnectionStats();
    if (!report) return UNKNOWN;
    const { quality, sample } = measure(report, this.#before);
    this.#before = sample;
    return quality;
  }

  takeCameras(wanted: boolean): void {
    this.#takesCameras = wanted;
    this.#choose();
  }

  leave(): void {
    this.#outgoing?.stop();
    const call = this.#session?.audioVideo;
    this.#session = null;
    this.#refused(new Error('The call was left.'));
    call?.stopContentShare();
    call?.stop();
  }

  #listen(call: AudioVideoFacade, own: string): void {
    // What a call that was left still says is of no interest.
    const here = () => this.#session?.audioVideo === call;
    call.addObserver({
      audioVideoDidStart: () => here() && void this.#start(call),
      audioVideoDidStartConnecting: (again) => here() && again && this.#standing.set(false),
      audioVideoDidStop: (status) => here() && this.#stopped(status),
      videoTileDidUpdate: (tile) => here() && !tile.localTile && this.#tile(tile),
      videoTileWasRemoved: (id) => here() && this.#tiles.delete(id) && this.#tell(),
    });
    call.realtimeSubscribeToAttendeeIdPresence((attendee, present, person) => {
      if (!here() || attendee === own || attendee.endsWith(CONTENT)) return;
      if (present && person) this.#people.set(attendee, person);
      else this.#people.delete(attendee);
      this.#tell();
    });
  }

  async #start(call: AudioVideoFacade): Promise<void> {
    this.#voices = (await call.getCurrentMeetingAudioStream())?.getAudioTracks()[0] ?? null;
    this.#started();
    this.#standing.set(true);
    this.#tell();
  }

  #stopped(status: MeetingSessionStatus): void {
    this.#standing.end();
    this.#refused(new Error(`Chime stopped with ${status.statusCode()}.`));
    const elsewhere = MeetingSessionStatusCode.AudioJoinedFromAnotherDevice;
    if (status.statusCode() === elsewhere) this.#events.takenOver();
    else this.#events.failing();
  }

  #tile(tile: VideoTileState): void {
    if (tile.tileId === null) return;
    const known = this.#tiles.has(tile.tileId);
    this.#tiles.set(tile.tileId, tile);
    if (!known) this.#choose();
    this.#tell();
  }

  #choose(): void {
    const call = this.#session?.audioVideo;
    for (const [id, { isContent, paused }] of this.#tiles) {
      if (isContent || paused === !this.#takesCameras) continue;
      if (this.#takesCameras) call?.unpauseVideoTile(id);
      else call?.pauseVideoTile(id);
    }
  }

  #tell(): void {
    this.#events.remotes(this.remotes);
  }

  async #send(
    call: AudioVideoFacade,
    source: SourceName,
    { track, muted }: Sent,
    before?: Sent,
  ): Promise<void> {
    if (source === 'microphone') {
      if (muted) call.realtimeMuteLocalAudio();
      else call.realtimeUnmuteLocalAudio();
      // Given once more, it would be stopped.
      if (track !== before?.track) await call.startAudioInput(track && new MediaStream([track]));
    } else if (source === 'camera') {
      if (!track) {
        call.stopLocalVideoTile();
        return call.stopVideoInput();
      }
      await call.startVideoInput(new MediaStream([track]));
      call.startLocalVideoTile();
    } else {
      // It stops what it was given, also when the call moves on to another provider.
      if (track) await call.startContentShare(new MediaStream([track.clone()]));
      else call.stopContentShare();
    }
  }
}
