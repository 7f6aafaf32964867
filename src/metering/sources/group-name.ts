/** Whether it names one group of an HDF5 file: HDF5 takes `/` for a way, `.` for the group itself, and ends at a NUL. */
export function isGroupName(text: string): boolean {
  return text !== '' && text !== '.' && !/[/\0]/.test(text);
}
