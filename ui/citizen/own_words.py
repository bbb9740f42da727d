"""The few sentences that the face must say by itself, because the core is away or does not know how long a list is."""

from __future__ import annotations

from kiosk_app.api import Language

AWAY: dict[Language, tuple[str, str]] = {
    "ja": ("しばらくお待ちください。", "お急ぎのかたは、職員に声をかけてください。"),
    "easy": ("少(すこ)し待(ま)ってください。", "急(いそ)ぐ人(ひと)は、職員(しょくいん)に話(はな)してください。"),
    "en": ("Please wait a moment.", "If you are in a hurry, please speak to our staff."),
    "zh": ("请稍候。", "如有急事，请告知工作人员。"),
    "ko": ("잠시 기다려 주십시오.", "급하신 분은 직원에게 말씀해 주십시오."),
    "vi": ("Vui lòng chờ một chút.", "Nếu bạn vội, hãy nói với nhân viên."),
}

PREVIOUS: dict[Language, str] = {
    "ja": "前を見る",
    "easy": "前(まえ)を見(み)る",
    "en": "Previous",
    "zh": "上一页",
    "ko": "이전",
    "vi": "Trang trước",
}

NEXT: dict[Language, str] = {
    "ja": "続きを見る",
    "easy": "続(つづ)きを見(み)る",
    "en": "More",
    "zh": "下一页",
    "ko": "더 보기",
    "vi": "Xem thêm",
}
