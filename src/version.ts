/** The version of this gitproc: package.json's, kept equal by a test. */
export const version = '0.1.0'
