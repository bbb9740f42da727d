pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The keys that one needs most, and the last thing that was done.
Rectangle {
    id: foot

    required property var model
    required property var face
    readonly property var hints: foot.face.tab === "desk" ? [
        ["1", "次"], ["2", "再"], ["3", "完了"], ["/", "番号を指定して呼ぶ"], ["B", "休憩・閉鎖"], ["?", "キー一覧"]
    ] : foot.face.tab === "slots" ? [
        ["←→", "時間を動かす"], ["↓↑", "予約を選ぶ"], ["1–4", "長さを試す"], ["Enter", "変える"], ["U", "元に戻す"], ["?", "キー一覧"]
    ] : foot.face.tab === "money" ? [
        ["1–9", "代金を受け取る"], ["/", "返金引換票を探す"], ["F2", "次のタブ"], ["B", "休憩・閉鎖"], ["?", "キー一覧"]
    ] : [["F2", "次のタブ"], ["B", "休憩・閉鎖"], ["?", "キー一覧"]]

    implicitHeight: 40
    color: Tone.surface

    Rectangle {
        width: parent.width
        height: 1
        color: Tone.rule
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        spacing: 6

        Repeater {
            model: foot.hints.length
            RowLayout {
                id: hint
                required property int index
                readonly property var pair: foot.hints[index] ?? ["", ""]
                Layout.rightMargin: 14
                spacing: 6
                KeyCap {
                    text: hint.pair[0]
                    tone: Tone.ink2
                }
                Words {
                    text: hint.pair[1]
                    font.pixelSize: 14
                    color: Tone.ink2
                }
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Words {
            objectName: "said"
            text: foot.face.said || (foot.face.last ?? "")
            strong: (foot.face.said ?? "") !== ""
            font.pixelSize: 14
            color: strong ? Tone.ok : Tone.ink2
        }
    }
}
