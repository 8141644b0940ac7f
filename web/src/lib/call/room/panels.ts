/** What can stand beside the pictures. */
export type PanelName = 'people' | 'chat' | 'notes' | 'settings';
