/** What a field's input takes, so that its label, hint and mistake are known to be its own. */
export interface Attributes {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
}
