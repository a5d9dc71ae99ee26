declare const QBLK_VERSION: string | undefined;

/** The version of this program; the build knows it. */
export const programVersion: string = typeof QBLK_VERSION === 'string' ? QBLK_VERSION : 'from source';
