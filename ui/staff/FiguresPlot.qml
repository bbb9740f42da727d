pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// How long people waited who came in each hour; its sentence says the same.
ColumnLayout {
    id: chart

    property var plot: ({})
    readonly property var bars: chart.plot.bars ?? []

    spacing: 2
    Accessible.role: Accessible.Graphic
    Accessible.name: chart.plot.spoken ?? ""

    Words {
        Layout.fillWidth: true
        text: chart.plot.title ?? ""
        strong: true
        font.pixelSize: 14
        Accessible.ignored: true
    }
    Words {
        Layout.fillWidth: true
        text: chart.plot.note ?? ""
        font.pixelSize: 14
        color: Tone.ink2
        Accessible.ignored: true
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.fillHeight: true
        radius: 8
        color: Tone.paper2

        Row {
            anchors.fill: parent
            anchors.leftMargin: 12
            anchors.rightMargin: 12
            anchors.topMargin: 8
            anchors.bottomMargin: 20

            Repeater {
                model: chart.bars.length
                Item {
                    id: bar
                    required property int index
                    readonly property var value: chart.bars[bar.index] ?? ({})
                    width: parent.width / Math.max(12, chart.bars.length)
                    height: parent.height

                    Rectangle {
                        anchors.bottom: parent.bottom
                        width: Math.max(2, parent.width - 8)
                        height: Math.max(1, parent.height * (bar.value.p90 ?? 0))
                        color: "#c5d7fb"
                    }
                    Rectangle {
                        anchors.bottom: parent.bottom
                        width: Math.max(2, parent.width - 8)
                        height: Math.max(1, parent.height * (bar.value.middle ?? 0))
                        color: Tone.act
                    }
                    Words {
                        y: parent.height + 1
                        width: Math.max(2, parent.width - 8)
                        horizontalAlignment: Text.AlignHCenter
                        text: bar.value.hour ?? ""
                        font.pixelSize: 14
                        lineHeight: 0.9
                        color: Tone.ink2
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
