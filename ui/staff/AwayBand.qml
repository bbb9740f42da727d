pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The hub is away: of when this is, what still works, what to do. Calm: nothing is lost, and it goes on by itself.
Rectangle {
    id: band

    property string title: ""
    property var lines: []

    Layout.fillWidth: true
    implicitHeight: band.lines.length === 0 ? 40 : inside.implicitHeight + 12
    color: Tone.careTint
    Accessible.role: Accessible.AlertMessage
    Accessible.name: [band.title, ...band.lines].join("")

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 24
        anchors.rightMargin: 24
        spacing: 12

        Glyph {
            Layout.alignment: band.lines.length === 0 ? Qt.AlignVCenter : Qt.AlignTop
            Layout.topMargin: band.lines.length === 0 ? 0 : 8
            icon: "net"
            tone: Tone.care
            side: 24
        }
        ColumnLayout {
            id: inside
            Layout.fillWidth: true
            Layout.fillHeight: false
            spacing: 0
            Words {
                text: band.title
                strong: true
                font.pixelSize: 18
                color: Tone.care
                Accessible.ignored: true
            }
            Repeater {
                model: band.lines.length
                Words {
                    required property int index
                    Layout.fillWidth: true
                    text: band.lines[index] ?? ""
                    font.pixelSize: 16
                    wrapMode: Text.Wrap
                    Accessible.ignored: true
                }
            }
        }
    }
}
