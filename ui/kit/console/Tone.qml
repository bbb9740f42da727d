pragma Singleton
import QtQuick

// Tokens of the guide at the console's 16 px root; colours are those of every face.
QtObject {
    readonly property string family: "Noto Sans CJK JP"
    readonly property color paper: "#faf7f0"
    readonly property color paper2: "#f1ebde"
    readonly property color rule: "#ddd4c2"
    readonly property color surface: "#ffffff"
    readonly property color ink: "#1a1a1a"
    readonly property color ink2: "#4d4d4d"
    readonly property color edge: "#767676"
    readonly property color act: "#0017c1"
    readonly property color actEdge: "#000060"
    readonly property color actPress: "#00118f"
    readonly property color actTint: "#e8f1fe"
    readonly property color ok: "#197a4b"
    readonly property color care: "#ac3e00"
    readonly property color careTint: "#ffeee2"
    readonly property color err: "#ce0000"
    readonly property color errTint: "#fdeeee"
    readonly property color corr: "#fff0b3"
    readonly property color corrEdge: "#6e5600"
    readonly property color focus: "#ffd43d"
}
