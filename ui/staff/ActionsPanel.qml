pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Who did what with which number, and when: the question of every auditor.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var widths: [80, 110, 240, 90, 110, 0]

    spacing: 12

    RowLayout {
        spacing: 16
        Words {
            text: "操作履歴"
            strong: true
            font.pixelSize: 24
            Accessible.role: Accessible.Heading
        }
        Item {
            Layout.fillWidth: true
        }
        Words {
            text: "番号でしぼる"
        }
        ConsoleField {
            objectName: "find"
            label: "番号でしぼる"
            implicitWidth: 200
            implicitHeight: 40
            font.pixelSize: 18
            text: panel.face.find ?? ""
            maximumLength: 8
            onTextEdited: panel.model.find(text)
        }
        Words {
            Layout.preferredWidth: 56
            text: panel.face.actions.length + "件"
            strong: true
        }
    }
    TableLine {
        Layout.fillWidth: true
        heading: true
        cells: ["時刻", "番号", "操作", "窓口", "係員", "理由"]
        widths: panel.widths
    }
    Words {
        visible: panel.face.actions.length === 0
        text: "あてはまる操作はありません"
        color: Tone.ink2
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.topMargin: -12

        ListView {
            width: parent.width
            height: Math.floor(parent.height / 38) * 38
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: panel.face.actions.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: "操作履歴"
            delegate: TableLine {
                required property int index
                width: ListView.view.width
                cells: (panel.face.actions[index] ?? {
                        "cells": []
                    }).cells
                widths: panel.widths
                strongFrom: 9
            }
        }
    }
}
