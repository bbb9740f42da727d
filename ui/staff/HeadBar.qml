pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Which counter, which groups, which tab, who, and what time it is in the office.
Rectangle {
    id: head

    required property var model
    required property var face
    readonly property var who: head.face.head
    readonly property bool many: head.face.tabs.length > 5
    // Then what is well is said by its picture alone.
    readonly property bool crowded: head.face.tabs.length > 8 && head.who.linked

    implicitHeight: 56
    color: Tone.surface

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Tone.rule
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        spacing: 12

        Glyph {
            icon: "mark"
            tone: Tone.act
            side: 32
        }
        Words {
            text: head.who.title
            strong: true
            font.pixelSize: 24
        }
        Row {
            spacing: head.who.letters.length > 3 && head.many ? 4 : 12
            Repeater {
                model: head.who.letters.length
                LetterMark {
                    required property int index
                    side: head.who.letters.length > 3 && head.many ? 24 : 32
                    letter: head.who.letters[index] ?? ""
                }
            }
        }
        Words {
            text: head.who.group
            visible: text !== ""
        }
        ConsolePlate {
            control: head.who.state
            restTone: head.who.paused ? Tone.care : Tone.ok
            onChosen: id => head.model.press(id)
        }
        Item {
            Layout.fillWidth: true
        }
        Repeater {
            model: head.face.tabs.length
            Press {
                id: tab
                required property int index
                readonly property var control: head.face.tabs[index] ?? ({})
                implicitHeight: 55
                implicitWidth: label.implicitWidth + (head.face.tabs.length > 7 ? 12 : head.many ? 16 : 36)
                Layout.leftMargin: head.many && tab.index > 0 ? -8 : 0
                Accessible.role: Accessible.PageTab
                Accessible.name: tab.control.label ?? ""
                Accessible.selected: tab.control.picked ?? false
                onClicked: head.model.press(tab.control.id)
                Words {
                    id: label
                    anchors.fill: parent
                    text: tab.control.label ?? ""
                    strong: true
                    horizontalAlignment: Text.AlignHCenter
                    color: tab.control.picked ? Tone.act : Tone.ink2
                    Accessible.ignored: true
                }
                Rectangle {
                    anchors.fill: parent
                    anchors.margins: 6
                    z: -1
                    visible: tab.activeFocus
                    color: Tone.focus
                    border.color: "black"
                    border.width: 3
                    radius: 8
                }
                Rectangle {
                    visible: tab.control.picked ?? false
                    anchors.bottom: parent.bottom
                    width: parent.width
                    height: 4
                    color: Tone.act
                }
            }
        }
        Glyph {
            Layout.leftMargin: 8
            icon: "net"
            tone: head.who.linked ? Tone.ink2 : Tone.care
            Accessible.ignored: !head.crowded
            Accessible.role: Accessible.StaticText
            Accessible.name: head.who.link
        }
        Words {
            visible: !head.crowded
            text: head.who.link
            strong: !head.who.linked
            color: head.who.linked ? Tone.ink2 : Tone.care
        }
        Words {
            Layout.leftMargin: 8
            text: head.who.who
            color: Tone.ink2
        }
        Words {
            Layout.leftMargin: 8
            text: head.who.time
            strong: true
            font.pixelSize: 24
        }
    }
}
