"""The tables of ICAO Doc 9303, part 3 (8th edition), section 6: how letters are written with A–Z.

Upper-case letters only, in NFC. Table A leaves a choice for some letters, B has exceptions for single languages,
and a name does not say which language it is in: the general column stands here.
"""

#: Table A, multinational Latin-based characters: those whose form is more than the letter without its marks, or
#: that have no marks to drop. Where there is a choice, the form that Nordic and German airlines use.
#: Every other letter of the table is the plain letter under its marks.
LATIN = {
    "Ä": "AE",
    "Å": "AA",
    "Æ": "AE",
    "Ð": "D",
    "Đ": "D",
    "Ħ": "H",
    "ı": "I",
    "Ĳ": "IJ",
    "Ŀ": "L",
    "Ł": "L",
    "Ŋ": "N",
    "Ö": "OE",
    "Ø": "OE",
    "Œ": "OE",
    "Þ": "TH",
    "Ŧ": "T",
    "Ü": "UE",
    "ẞ": "SS",
}

#: Table B, Cyrillic. It prints code 0402 with the character of 040B; both stand here, and Ѓ, as the sixth edition
#: (part 1, volume 1, appendix 9 to section IV) had them. The soft sign has no row: passports that follow the table
#: leave it out. Ѐ and Ѝ are Е and И under an accent.
CYRILLIC = {
    "А": "A",
    "Б": "B",
    "В": "V",
    "Г": "G",
    "Ѓ": "G",
    "Ґ": "G",
    "Ғ": "G",
    "Д": "D",
    "Ђ": "D",
    "Е": "E",
    "Ё": "E",
    "Є": "IE",
    "Ж": "ZH",
    "З": "Z",
    "Ѕ": "DZ",
    "И": "I",
    "Й": "I",
    "І": "I",
    "Ї": "I",
    "Ј": "J",
    "К": "K",
    "Ќ": "K",
    "Л": "L",
    "Љ": "LJ",
    "М": "M",
    "Н": "N",
    "Њ": "NJ",
    "О": "O",
    "П": "P",
    "Р": "R",
    "С": "S",
    "Т": "T",
    "Ћ": "C",
    "Һ": "C",
    "У": "U",
    "Ў": "U",
    "Ѫ": "U",
    "Ф": "F",
    "Х": "KH",
    "Ц": "TS",
    "Ч": "CH",
    "Џ": "DZ",
    "Ш": "SH",
    "Щ": "SHCH",
    "Ъ": "IE",
    "Ы": "Y",
    "Ь": "",
    "Ѵ": "Y",
    "Э": "E",
    "Ю": "IU",
    "Я": "IA",
}

#: Table C, Arabic script. Letters that it calls “not encoded” (069C, 06A2, 06A7, 06A8) are left out, so that
#: they are reported. 06A4 and 06A5 are from its appendix B.
ARABIC = {
    "\u0621": "XE",  # hamza
    "\u0622": "XAA",  # alef with madda above
    "\u0623": "XAE",  # alef with hamza above
    "\u0624": "U",  # waw with hamza above
    "\u0625": "I",  # alef with hamza below
    "\u0626": "XI",  # yeh with hamza above
    "\u0627": "A",  # alef
    "\u0628": "B",  # beh
    "\u0629": "XTA",  # teh marbuta, inside a name
    "\u062a": "T",  # teh
    "\u062b": "XTH",  # theh
    "\u062c": "J",  # jeem
    "\u062d": "XH",  # hah
    "\u062e": "XKH",  # khah
    "\u062f": "D",  # dal
    "\u0630": "XDH",  # thal
    "\u0631": "R",  # reh
    "\u0632": "Z",  # zain
    "\u0633": "S",  # seen
    "\u0634": "XSH",  # sheen
    "\u0635": "XSS",  # sad
    "\u0636": "XDZ",  # dad
    "\u0637": "XTT",  # tah
    "\u0638": "XZZ",  # zah
    "\u0639": "E",  # ain
    "\u063a": "G",  # ghain
    "\u0641": "F",  # feh
    "\u0642": "Q",  # qaf
    "\u0643": "K",  # kaf
    "\u0644": "L",  # lam
    "\u0645": "M",  # meem
    "\u0646": "N",  # noon
    "\u0647": "H",  # heh
    "\u0648": "W",  # waw
    "\u0649": "XAY",  # alef maksura
    "\u064a": "Y",  # yeh
    "\u0671": "XXA",  # alef wasla
    "\u0679": "XXT",  # tteh
    "\u067c": "XRT",  # teh with ring
    "\u067e": "P",  # peh
    "\u0681": "XKE",  # hah with hamza above
    "\u0685": "XXH",  # hah with three dots above
    "\u0686": "XC",  # tcheh
    "\u0688": "XXD",  # ddal
    "\u0689": "XDR",  # dal with ring
    "\u0691": "XXR",  # rreh
    "\u0693": "XRR",  # reh with ring
    "\u0696": "XRX",  # reh with dot below and dot above
    "\u0698": "XJ",  # jeh
    "\u069a": "XXS",  # seen with dot below and dot above
    "\u06a4": "V",  # veh
    "\u06a5": "XF",  # feh with three dots below
    "\u06a9": "XKK",  # keheh
    "\u06ab": "XXK",  # kaf with ring
    "\u06ad": "XNG",  # ng
    "\u06af": "XGG",  # gaf
    "\u06ba": "XNN",  # noon ghunna
    "\u06bc": "XXN",  # noon with ring
    "\u06be": "XDO",  # heh doachashmee
    "\u06c0": "XYH",  # heh with yeh above
    "\u06c1": "XXG",  # heh goal
    "\u06c2": "XGE",  # heh goal with hamza above
    "\u06c3": "XTG",  # teh marbuta goal
    "\u06cc": "XYA",  # Farsi yeh
    "\u06cd": "XXY",  # yeh with tail
    "\u06d0": "Y",  # Pashto yeh
    "\u06d2": "XYB",  # yeh barree
    "\u06d3": "XBE",  # yeh barree with hamza above
}

#: Arabic marks that table C does not encode: vowels, sukun, superscript alef, and the stroke that stretches.
ARABIC_MARKS = "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0652\u0670"
SHADDA = "\u0651"  #: doubles the letter before it (note 3)
TEH_MARBUTA, TEH_MARBUTA_AT_END = "\u0629", "XAH"  #: at the end of a part of a name (note 2)
