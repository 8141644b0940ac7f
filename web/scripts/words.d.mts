import type { Plugin } from 'vite';

export function french(said: string): string;
export function compiled(locale: string, catalogue: object): string;
export function catalogues(): Plugin;
export function writeTypes(): void;
export function facts(said: string): Record<string, string>;
