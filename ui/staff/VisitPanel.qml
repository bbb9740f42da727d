pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The visitor at this counter, or that there is none.
Rectangle {
    id: panel

    required property var model
    required property var face
    readonly property var visit: panel.face.visit ?? ({})
    readonly property bool here: (panel.face.visit ?? null) !== null
    readonly property var facts: panel.visit.facts ?? []
    readonly property var answers: panel.visit.answers ?? []

    radius: 8
    color: panel.here ? Tone.actTint : Tone.paper2

    Words {
        visible: !panel.here
        anchors.centerIn: parent
        text: "窓口にどなたもいません"
        font.pixelSize: 24
        color: Tone.ink2
    }
    ConsolePlate {
        // Beside the last of the facts, which is short.
        visible: panel.here
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.rightMargin: 12
        anchors.bottomMargin: 8
        implicitHeight: 39
        control: panel.visit.mark ?? ({})
        onChosen: id => panel.model.press(id)
    }
    Row {
        id: answering
        // To the question; beside the time, where the number keeps its room.
        visible: panel.here && panel.answers.length > 0
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.rightMargin: 12
        anchors.topMargin: 10
        spacing: 8
        Repeater {
            model: panel.answers.length
            ConsolePlate {
                required property int index
                control: panel.answers[index] ?? ({})
                onChosen: id => panel.model.press(id)
            }
        }
    }
    RowLayout {
        visible: panel.here
        anchors.fill: parent
        anchors.leftMargin: 24
        anchors.rightMargin: 24
        anchors.topMargin: 14
        anchors.bottomMargin: 14
        spacing: 24

        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 376
            spacing: 0

            Row {
                spacing: 4
                Accessible.role: Accessible.StaticText
                Accessible.name: "対応中 " + panel.model.clock.minutes + "分" + panel.model.clock.seconds + "秒"
                Words {
                    id: serving
                    text: "対応中 "
                    strong: true
                    font.pixelSize: 18
                    color: Tone.act
                    Accessible.ignored: true
                }
                Words {
                    text: panel.model.clock.minutes
                    anchors.baseline: serving.baseline
                    strong: true
                    font.pixelSize: 28
                    color: Tone.act
                    Accessible.ignored: true
                }
                Words {
                    text: "分"
                    anchors.baseline: serving.baseline
                    strong: true
                    color: Tone.act
                    Accessible.ignored: true
                }
                Words {
                    text: panel.model.clock.seconds
                    anchors.baseline: serving.baseline
                    strong: true
                    font.pixelSize: 28
                    color: Tone.act
                    Accessible.ignored: true
                }
                Words {
                    text: "秒"
                    anchors.baseline: serving.baseline
                    strong: true
                    color: Tone.act
                    Accessible.ignored: true
                }
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: panel.visit.ask ?? ""
                strong: true
                wrapMode: Text.Wrap
                color: Tone.care
                Accessible.role: Accessible.AlertMessage
            }
            Words {
                Layout.fillWidth: true
                Layout.fillHeight: true
                text: panel.visit.number ?? ""
                strong: true
                font.pixelSize: Math.min(220, Math.max(128, panel.height * 0.4))
                fontSizeMode: Text.Fit
                minimumPixelSize: 64
            }
            RowLayout {
                spacing: 6
                Glyph {
                    icon: "globe"
                    side: 22
                }
                Words {
                    text: panel.visit.language ?? ""
                    font.pixelSize: 18
                }
                Glyph {
                    Layout.leftMargin: 14
                    icon: panel.visit.paper ? "warn" : ""
                    tone: Tone.care
                    side: 22
                }
                Words {
                    visible: text !== ""
                    text: panel.visit.paper ?? ""
                    strong: true
                    font.pixelSize: 18
                    color: Tone.care
                }
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: panel.visit.marks ?? ""
                strong: true
                font.pixelSize: 18
                color: Tone.act
            }
        }
        GridLayout {
            Layout.fillWidth: true
            Layout.preferredWidth: 304
            Layout.topMargin: answering.visible ? answering.height : 0
            columns: 2
            rowSpacing: 6
            columnSpacing: 0
            Repeater {
                model: panel.facts.length * 2
                Words {
                    required property int index
                    readonly property var fact: panel.facts[Math.floor(index / 2)] ?? ({})
                    readonly property bool heading: index % 2 === 0
                    Layout.preferredWidth: heading ? 56 : 248
                    Layout.fillWidth: !heading
                    Layout.alignment: Qt.AlignTop
                    text: heading ? (fact.name ?? "") : (fact.text ?? "") + (fact.strong ? "　" + fact.strong : "")
                    font.pixelSize: heading ? 16 : 18
                    wrapMode: Text.Wrap
                    lineHeight: heading ? 1.0 : 0.95
                    topPadding: heading ? 3 : 0
                    color: heading ? Tone.ink2 : Tone.ink
                }
            }
        }
    }
}
