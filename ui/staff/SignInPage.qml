pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Who is there. The PIN stays in its field until it is sent, and is then cleared.
Item {
    id: page

    required property var model
    required property var face

    function send(): void {
        page.model.signIn(code.text, pin.text);
        pin.clear();
        if (code.text !== "")
            pin.forceActiveFocus();
    }

    ColumnLayout {
        anchors.centerIn: parent
        width: 480
        spacing: 8

        RowLayout {
            spacing: 16
            Layout.bottomMargin: 24
            Glyph {
                icon: "mark"
                tone: Tone.act
                side: 56
            }
            Words {
                text: "窓口端末"
                strong: true
                font.pixelSize: 40
                Accessible.role: Accessible.Heading
            }
        }
        Words {
            text: "係員番号"
            strong: true
            font.pixelSize: 18
        }
        ConsoleField {
            id: code
            Layout.fillWidth: true
            label: "係員番号"
            focus: true
            inputMethodHints: Qt.ImhDigitsOnly
            maximumLength: 16
            Component.onCompleted: forceActiveFocus()
            onAccepted: pin.forceActiveFocus()
        }
        Words {
            Layout.topMargin: 12
            text: "暗証番号"
            strong: true
            font.pixelSize: 18
        }
        ConsoleField {
            id: pin
            Layout.fillWidth: true
            label: "暗証番号"
            echoMode: TextInput.Password
            passwordCharacter: "●"
            inputMethodHints: Qt.ImhDigitsOnly | Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
            maximumLength: 32
            onAccepted: page.send()
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.topMargin: 20
            Layout.preferredHeight: 67
            control: Object.assign({}, page.face.sign_in.training, {
                "icon": page.face.training ? "check" : ""
            })
            noteBelow: true
            textSize: 18
            onChosen: id => page.model.press(id)
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.topMargin: 12
            Layout.preferredHeight: 75
            control: page.face.sign_in.submit
            go: true
            textSize: 24
            onChosen: page.send()
        }
    }
}
