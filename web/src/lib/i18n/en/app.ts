export default {
  title: 'This app gives no camera to the page',
  text: ({ browser }: { browser: string }) =>
    `You opened the link inside another app. Please open it in ${browser}.`,
  help: ({ browser }: { browser: string }) =>
    `If the button does nothing: tap the menu of this app (three dots, or the arrow) and choose “Open in ${browser}”, or copy the link and paste it there.`,
  open: ({ browser }: { browser: string }) => `Open in ${browser}`,
  copy: 'Copy the link',
  copied: 'Copied',
};
