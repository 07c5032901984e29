import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { libraryFolders, unpackPackages } from '../unpack-packages.ts';

/** The shell without a window needs half the libraries of the browser. A machine without fonts would show pages without text. */
const PACKAGES = ['chromium-headless-shell', 'chromium-common', 'fonts-inter', 'fonts-jetbrains-mono', 'fonts-dejavu-core'];

const programOf = (folder: string): string => join(folder, 'usr', 'lib', 'chromium', 'chromium-headless-shell');
const fontsOf = (folder: string): string => join(folder, 'usr', 'share', 'fonts');

/** These fonts and no others, so that a page looks the same wherever it is looked at. */
function fontConfiguration(folder: string): string {
  const file = join(folder, 'fonts.conf');
  const alias = (family: string, font: string): string =>
    `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  const caches = join(folder, 'font-cache');
  mkdirSync(caches, { recursive: true });
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fontsOf(folder)}</dir><cachedir>${caches}</cachedir>${[
      alias('system-ui', 'Inter'),
      alias('sans-serif', 'Inter'),
      alias('monospace', 'JetBrains Mono'),
      alias('ui-monospace', 'JetBrains Mono'),
    ].join('')}</fontconfig>\n`,
  );
  return file;
}

/** Debian's Chromium, unpacked into `folder`. A string says why it cannot be had. */
export async function unpackChromium(folder: string): Promise<{ path: string; env: Record<string, string> } | string> {
  const fault = await unpackPackages(resolve(folder), PACKAGES, (unpacked) =>
    existsSync(programOf(unpacked)) && existsSync(fontsOf(unpacked)) ? undefined : 'the packages hold no Chromium',
  );
  if (fault !== undefined) return fault;
  const libraries = [...libraryFolders(folder), process.env['LD_LIBRARY_PATH'] ?? ''].filter((path) => path !== '');
  return {
    path: programOf(folder),
    env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_FILE: fontConfiguration(folder) },
  };
}
