pragma ComponentBehavior: Bound
import QtQuick

// A text as it was set: every word has its place, readings stand above theirs. Nothing can wrap or be cut here.
Item {
    id: phrase

    required property var text

    x: phrase.text.x
    y: phrase.text.y
    width: phrase.text.w
    height: phrase.text.h

    Repeater {
        model: phrase.text.words

        Text {
            required property var modelData
            x: modelData.x
            y: modelData.y
            height: modelData.h
            text: modelData.text
            color: phrase.text.tone
            font.family: phrase.text.family
            font.pixelSize: modelData.px
            font.bold: modelData.bold
            textFormat: Text.PlainText
            verticalAlignment: Text.AlignVCenter
            Accessible.ignored: true
        }
    }
}
