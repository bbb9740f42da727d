pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// The six calls before.
Item {
    id: recent

    required property var face
    readonly property var calls: recent.face.recent ?? []
    readonly property bool wide: recent.face.wide ?? false
    readonly property int lineHeight: (recent.height - 48) / 6
    readonly property int size: Math.min(recent.wide ? 80 : 68, recent.lineHeight - 14)

    Words {
        height: 44
        text: "先ほどお呼びした方"
        font.pixelSize: recent.wide ? 32 : 30
        color: Tone.ink2
        Accessible.role: Accessible.Heading
    }
    Repeater {
        model: recent.calls.length
        Item {
            id: line
            required property int index
            readonly property var call: recent.calls[index] ?? ({})
            readonly property color tone: line.call.fresh ? Tone.act : Tone.ink
            y: 48 + index * recent.lineHeight
            width: recent.width
            height: recent.lineHeight
            Accessible.role: Accessible.StaticText
            Accessible.name: (line.call.number ?? "") + "　" + (line.call.counter ?? "") + "番窓口　" + (line.call.stage ?? "")

            // Overtaken within its half minute by a newer call: tinted, until the half minute is over.
            Rectangle {
                visible: line.call.fresh ?? false
                x: -16
                width: parent.width + 32
                height: parent.height
                radius: 8
                color: Tone.actTint
            }
            Rectangle {
                width: parent.width
                height: 2
                color: Tone.rule
            }
            Words {
                width: 262
                height: parent.height
                text: line.call.number ?? ""
                strong: true
                color: line.tone
                font.pixelSize: recent.size
                minimumPixelSize: 48
                fontSizeMode: Text.HorizontalFit
                Accessible.ignored: true
            }
            Glyph {
                x: 268
                anchors.verticalCenter: parent.verticalCenter
                icon: "right"
                tone: line.call.fresh ? Tone.act : Tone.ink2
                side: 48
            }
            Words {
                id: counter
                x: 332
                height: parent.height
                text: line.call.counter ?? ""
                strong: true
                color: line.tone
                font.pixelSize: recent.size
                Accessible.ignored: true
            }
            Words {
                anchors.left: counter.right
                anchors.baseline: counter.baseline
                text: "番"
                strong: true
                color: line.tone
                font.pixelSize: recent.wide ? 44 : 40
                Accessible.ignored: true
            }
            Words {
                anchors.right: parent.right
                height: parent.height
                text: line.call.stage ?? ""
                font.pixelSize: 36
                color: line.tone
                Accessible.ignored: true
            }
        }
    }
}
