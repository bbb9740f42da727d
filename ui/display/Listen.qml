pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// What is known is too old: the display pretends no longer, and says what to do instead.
Item {
    id: listen

    required property var face
    readonly property var words: listen.face.listen ?? ({})

    Rectangle {
        anchors.fill: parent
        anchors.margins: 48
        anchors.topMargin: 112
        anchors.bottomMargin: 160
        radius: 24
        color: Tone.paper2
    }
    Column {
        x: 48
        y: 112
        width: parent.width - 96
        height: parent.height - 272
        topPadding: 40
        spacing: 16

        Glyph {
            anchors.horizontalCenter: parent.horizontalCenter
            icon: "sound"
            tone: Tone.act
            side: 96
        }
        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            text: listen.words.ja ?? ""
            strong: true
            font.pixelSize: 120
            Accessible.role: Accessible.AlertMessage
        }
        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            text: listen.words.en ?? ""
            strong: true
            font.family: "Noto Sans"
            font.pixelSize: 64
        }
        Item {
            width: 1
            height: 16
        }
        Repeater {
            model: (listen.words.others ?? []).length
            Words {
                required property int index
                readonly property var other: listen.words.others[index] ?? ({})
                anchors.horizontalCenter: parent.horizontalCenter
                text: other.text ?? ""
                font.family: other.family || Tone.family
                font.pixelSize: 44
                color: Tone.ink2
            }
        }
    }
    Column {
        x: 48
        y: parent.height - 140
        width: parent.width - 96
        spacing: 8

        Repeater {
            model: (listen.words.stopped ?? []).length
            Words {
                required property int index
                text: listen.words.stopped[index] ?? ""
                font.pixelSize: 32
                color: Tone.ink2
            }
        }
    }
}
