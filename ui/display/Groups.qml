pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// How many wait in each group, and when somebody who takes a ticket now would be called.
GridLayout {
    id: groups

    required property var face
    readonly property var list: groups.face.groups ?? []
    readonly property bool many: groups.list.length > 4
    readonly property bool crowded: groups.face.crowded ?? false
    readonly property int lines: Math.ceil(groups.list.length / Math.max(1, groups.columns))

    columns: groups.face.columns ?? 1
    columnSpacing: 24
    rowSpacing: groups.crowded ? 8 : 12

    Repeater {
        model: groups.list.length
        Rectangle {
            id: cell
            required property int index
            readonly property var group: groups.list[index] ?? ({})
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 100
            radius: 16
            color: Tone.paper2
            Accessible.role: Accessible.StaticText
            Accessible.name: (cell.group.letter ?? "") + "　" + (cell.group.name ?? "") + "　お待ち" + (cell.group.waiting ?? "") + "人　" + (cell.group.estimate ?? "")

            Loader {
                anchors.fill: parent
                anchors.leftMargin: groups.crowded ? 14 : 24
                anchors.rightMargin: groups.crowded ? 14 : 24
                anchors.topMargin: groups.crowded ? 2 : 8
                anchors.bottomMargin: groups.crowded ? 2 : 8
                sourceComponent: groups.face.wide ? across : groups.crowded ? line : groups.many ? flat : stacked
            }
            Component {
                id: across
                RowLayout {
                    spacing: 20
                    LetterMark {
                        letter: cell.group.letter ?? ""
                        side: 80
                    }
                    ColumnLayout {
                        spacing: 0
                        Figure {
                            Layout.fillWidth: true
                            text: cell.group.name ?? ""
                            strong: true
                            font.pixelSize: text.length > 8 ? 30 : 38
                        }
                        Figure {
                            text: cell.group.place ?? ""
                            font.pixelSize: 28
                            color: Tone.ink2
                        }
                    }
                    ColumnLayout {
                        spacing: 0
                        Figure {
                            text: "お待ちの方"
                            font.pixelSize: 24
                            color: Tone.ink2
                        }
                        Counted {
                            value: cell.group.waiting ?? ""
                            unit: "人"
                            size: groups.list.length === 1 ? 56 : 46
                        }
                    }
                    ColumnLayout {
                        spacing: 0
                        Figure {
                            text: "いま取った方の目安"
                            font.pixelSize: 24
                            color: Tone.ink2
                        }
                        Counted {
                            value: cell.group.estimate || "—"
                            size: groups.list.length === 1 ? 56 : 46
                        }
                    }
                }
            }
            Component {
                id: stacked
                ColumnLayout {
                    spacing: 0
                    RowLayout {
                        spacing: 16
                        LetterMark {
                            letter: cell.group.letter ?? ""
                            side: 56
                        }
                        Figure {
                            Layout.fillWidth: true
                            text: cell.group.name ?? ""
                            strong: true
                            font.pixelSize: 34
                            minimumPixelSize: 24
                            fontSizeMode: Text.HorizontalFit
                        }
                    }
                    RowLayout {
                        Figure {
                            Layout.fillWidth: true
                            text: "お待ち"
                            font.pixelSize: 28
                            color: Tone.ink2
                        }
                        Counted {
                            value: cell.group.waiting ?? ""
                            unit: "人"
                        }
                    }
                    RowLayout {
                        Figure {
                            Layout.fillWidth: true
                            text: "目安"
                            font.pixelSize: 28
                            color: Tone.ink2
                        }
                        Counted {
                            value: cell.group.estimate || "—"
                        }
                    }
                }
            }
            // Of more than six there is room for who waits; until when, each reads on the ticket.
            Component {
                id: line
                RowLayout {
                    spacing: 12
                    LetterMark {
                        letter: cell.group.letter ?? ""
                        side: groups.lines > 3 ? 40 : 52
                    }
                    Figure {
                        Layout.fillWidth: true
                        text: cell.group.name ?? ""
                        strong: true
                        font.pixelSize: 30
                        minimumPixelSize: 24
                        fontSizeMode: Text.HorizontalFit
                    }
                    Counted {
                        value: cell.group.waiting ?? ""
                        unit: "人"
                        size: 36
                    }
                }
            }
            Component {
                id: flat
                RowLayout {
                    spacing: 16
                    LetterMark {
                        letter: cell.group.letter ?? ""
                        side: 64
                    }
                    ColumnLayout {
                        spacing: 0
                        Figure {
                            Layout.fillWidth: true
                            text: cell.group.name ?? ""
                            strong: true
                            font.pixelSize: 32
                        }
                        RowLayout {
                            spacing: 12
                            Figure {
                                text: "お待ち"
                                font.pixelSize: 26
                                color: Tone.ink2
                            }
                            Counted {
                                value: cell.group.waiting ?? ""
                                unit: "人"
                                size: 36
                            }
                            Item {
                                Layout.fillWidth: true
                            }
                            Counted {
                                value: cell.group.estimate || "—"
                                size: 36
                            }
                        }
                    }
                }
            }
        }
    }
}
