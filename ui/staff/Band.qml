pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// A sentence across the whole width that nobody can overlook.
Rectangle {
    id: band

    property color tone: Tone.careTint
    property color inkTone: Tone.care
    property string icon: ""
    property string text: ""
    property bool centred: false

    Layout.fillWidth: true
    implicitHeight: 40
    color: tone
    Accessible.role: Accessible.AlertMessage
    Accessible.name: band.text

    RowLayout {
        anchors.verticalCenter: parent.verticalCenter
        anchors.horizontalCenter: band.centred ? parent.horizontalCenter : undefined
        anchors.left: band.centred ? undefined : parent.left
        anchors.leftMargin: 24
        spacing: 12

        Glyph {
            icon: band.icon
            tone: band.inkTone
            side: 24
        }
        Words {
            text: band.text
            strong: true
            font.pixelSize: 18
            color: band.inkTone
            Accessible.ignored: true
        }
    }
}
