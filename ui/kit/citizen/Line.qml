pragma ComponentBehavior: Bound
import QtQuick

// A piece of a line as it was set, a reading too: everything has its place. Nothing can wrap or be cut here.
Text {
    required property var modelData

    x: modelData.x
    y: modelData.y
    height: modelData.h
    text: modelData.text
    color: modelData.tone
    font.family: modelData.family
    font.pixelSize: modelData.px
    font.bold: modelData.bold
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
}
