import { asProblem, type Problem } from '@openvisit/client';
import { load } from '$lib/i18n';
import { tick } from 'svelte';
import { fieldErrors } from './field-errors';

/** A form on its way to the server: what was typed stays, and what is wrong is told at its field. */
export class Submission {
  busy = $state(false);
  done = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** What is wrong, by the name of the field. */
  fieldErrors = $derived(fieldErrors(this.problem));

  /** @param fields Those that show themselves what is wrong with them. */
  constructor(private readonly fields: readonly string[] = []) {}

  /** What has to be told beside the fields. */
  get rest(): Problem | null {
    const refused = Object.keys(this.fieldErrors);
    const atFields = refused.length > 0 && refused.every((field) => this.fields.includes(field));
    return atFields ? null : this.problem;
  }

  /** Somebody goes on typing: what was said of the last try is no longer so. */
  touch(): void {
    this.done = false;
  }

  async send(event: SubmitEvent, action: () => Promise<void>): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const form = event.currentTarget as HTMLFormElement;
    this.busy = true;
    this.done = false;
    this.problem = null;
    try {
      await action();
      this.done = true;
    } catch (thrown) {
      // What can be wrong with fields is said in the words of those pages that are mostly forms.
      this.problem = await load('admin').then(() => asProblem(thrown), asProblem);
      await tick();
      form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    } finally {
      this.busy = false;
    }
  }
}
