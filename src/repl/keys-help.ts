/** What the keys do at a terminal. */
export const keysHelp = `Tab             complete; again for the list, arrows or Tab to choose, Enter to take
Right, End      take the grey suggestion; Alt-Right a word of it
Up, Down        the lines of the entry, then earlier entries that begin like it
Ctrl-R          search earlier entries
Enter           run the entry; inside an open { [ ( a new line. Alt-Enter: a new line anyway
Ctrl-C          drop the line; while a statement runs: ask what to do
Ctrl-D          leave, on an empty line
Ctrl-A, Ctrl-E  the line's start, its end; Alt-B, Alt-F a word back, forward
Ctrl-W, Alt-D   cut a word back, forward; Ctrl-U, Ctrl-K to the line's start, its end
Ctrl-Y, Alt-Y   put back what was cut, or what was cut before that
Ctrl-_, Alt-/   undo, redo
Ctrl-X Ctrl-E   write the entry in $EDITOR
Ctrl-L          clear the screen`;
