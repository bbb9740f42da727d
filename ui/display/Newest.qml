pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// The call of the last 30 s in blue and white, steady; otherwise a calm panel.
Rectangle {
    id: newest

    required property var face
    readonly property bool calling: newest.face.calling ?? false
    readonly property bool silent: newest.face.silent ?? false
    readonly property var call: newest.face.newest ?? ({})
    readonly property string key: newest.calling ? newest.call.key ?? "" : ""
    readonly property bool settled: !swell.running
    readonly property bool small: newest.height < 620
    readonly property int numberSize: newest.height < 570 ? 252 : newest.small ? 280 : 288
    readonly property int counterSize: newest.height < 570 ? 204 : newest.small ? 216 : 240

    radius: 24
    color: newest.calling ? Tone.act : Tone.paper2
    onKeyChanged: {
        if (newest.silent && newest.key !== "" && newest.call.swells)
            swell.restart();
        else
            swell.complete();
    }

    // In the place of the chime: a frame that swells twice, slowly, and then stays. Far from flickering (1 Hz at most).
    Rectangle {
        id: frame
        visible: newest.calling && newest.silent
        anchors.fill: parent
        anchors.margins: 14
        radius: 14
        color: "transparent"
        border.width: 14
        border.color: Tone.focus

        SequentialAnimation {
            id: swell
            loops: 2
            NumberAnimation {
                target: frame
                property: "opacity"
                to: 0.25
                duration: 700
                easing.type: Easing.InOutSine
            }
            NumberAnimation {
                target: frame
                property: "opacity"
                to: 1
                duration: 700
                easing.type: Easing.InOutSine
            }
        }
    }
    Words {
        visible: !newest.calling
        anchors.fill: parent
        horizontalAlignment: Text.AlignHCenter
        text: newest.face.calm ? newest.face.calm : newest.silent ? "番号は画面でお知らせします\nこの画面をご覧ください" : "番号でお呼びします\nそのままお待ちください"
        font.pixelSize: 80
        lineHeight: 1.2
        color: Tone.ink2
    }
    Column {
        visible: newest.calling
        anchors.verticalCenter: parent.verticalCenter
        x: 56
        width: parent.width - 112

        Item {
            width: parent.width
            height: newest.numberSize * 1.1
            Words {
                x: -8
                width: parent.width - stage.width - 32
                height: parent.height
                text: newest.call.number ?? ""
                strong: true
                font.pixelSize: newest.numberSize
                minimumPixelSize: 204
                fontSizeMode: Text.HorizontalFit
                color: "white"
            }
            Rectangle {
                id: stage
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                width: said.implicitWidth + 56
                height: 124
                radius: 16
                color: "white"
                Words {
                    id: said
                    anchors.centerIn: parent
                    text: newest.call.stage ?? ""
                    strong: true
                    font.pixelSize: (newest.call.stage ?? "").length > 2 ? 64 : 80
                    color: Tone.act
                }
            }
        }
        Row {
            height: newest.counterSize * 1.2
            spacing: 24
            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                icon: "right"
                tone: "white"
                side: (newest.call.counter ?? "").length > 1 ? 104 : 144
            }
            Row {
                height: parent.height
                Words {
                    id: counter
                    height: parent.height
                    text: newest.call.counter ?? ""
                    strong: true
                    font.pixelSize: newest.counterSize
                    color: "white"
                }
                Words {
                    anchors.baseline: counter.baseline
                    text: "番窓口"
                    strong: true
                    font.pixelSize: newest.counterSize > 216 ? 208 : 204
                    color: "white"
                }
            }
        }
    }
}
