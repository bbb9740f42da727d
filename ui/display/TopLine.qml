pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Where this is and what time it is; or, when nothing comes any more, of when this is.
RowLayout {
    id: top

    required property var face

    spacing: 40

    Words {
        Layout.leftMargin: 48
        text: top.face.title ?? ""
        strong: true
        font.pixelSize: 40
    }
    Item {
        Layout.fillWidth: true
    }
    Rectangle {
        visible: (top.face.silent ?? false) && top.face.stale === ""
        implicitWidth: hush.implicitWidth + 64
        implicitHeight: 72
        radius: 16
        color: Tone.corr
        Accessible.role: Accessible.StaticText
        Accessible.name: hush.text

        Words {
            id: hush
            x: 32
            height: parent.height
            text: "音を止めています　Sound off"
            strong: true
            font.pixelSize: 38
            Accessible.ignored: true
        }
    }
    Rectangle {
        visible: top.face.stale !== ""
        implicitWidth: warning.implicitWidth + 96
        implicitHeight: 72
        radius: 16
        color: Tone.careTint
        Accessible.role: Accessible.AlertMessage
        Accessible.name: top.face.stale

        Glyph {
            x: 24
            anchors.verticalCenter: parent.verticalCenter
            icon: "warn"
            tone: Tone.care
            side: 44
        }
        Words {
            id: warning
            x: 80
            height: parent.height
            text: top.face.stale
            strong: true
            font.pixelSize: 38
            color: Tone.care
            Accessible.ignored: true
        }
    }
    Words {
        Layout.rightMargin: top.face.stale === "" ? 0 : 48
        text: top.face.date ?? ""
        font.pixelSize: 40
        color: Tone.ink2
    }
    Words {
        Layout.rightMargin: 48
        visible: top.face.stale === ""
        text: top.face.time ?? ""
        strong: true
        font.pixelSize: 64
    }
}
