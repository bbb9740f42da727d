pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// One notice in one language; the next one takes its place without moving.
Item {
    id: news

    required property var face
    readonly property var notice: news.face.notice ?? ({})
    readonly property string heading: news.notice.heading ?? ""

    Glyph {
        id: glyph
        anchors.verticalCenter: parent.verticalCenter
        icon: "info"
        tone: Tone.act
        side: 48
    }
    Words {
        id: whose
        visible: text !== ""
        x: 68
        width: parent.width - 68
        height: 32
        text: news.heading
        strong: true
        font.family: news.notice.family || Tone.family
        font.pixelSize: 26
        color: Tone.act
    }
    Words {
        x: 68
        y: news.heading !== "" ? 32 : 0
        width: parent.width - 68
        height: parent.height - y
        text: news.notice.text ?? ""
        font.family: news.notice.family || Tone.family
        font.pixelSize: 36
        minimumPixelSize: 24
        fontSizeMode: Text.Fit
        lineHeight: 0.85
        wrapMode: Text.Wrap
    }
}
