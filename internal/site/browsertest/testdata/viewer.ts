// What the test of the viewer opens files with, on a page of the desk.
export { openViewer, save } from "../../../desk/script/viewer";
export { speak } from "../../script/words";
