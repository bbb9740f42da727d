pragma ComponentBehavior: Bound
import QtQuick

// A run of text. It never cuts: a text that does not fit is a mistake that the tests find.
Text {
    property bool strong: false

    font.family: Tone.family
    font.pixelSize: 16
    font.weight: strong ? Font.Bold : Font.Normal
    color: Tone.ink
    textFormat: Text.PlainText
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    verticalAlignment: Text.AlignVCenter
}
