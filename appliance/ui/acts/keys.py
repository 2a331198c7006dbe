"""What a key of a keypad does to a text."""


def edited(text: str, key: str, length_max: int, decimals: int = -1) -> str:
    """A text after one key of a keypad. `decimals` below zero means digits only."""
    if key == "backspace":
        return text[:-1]
    if key == "clear":
        return ""
    if key == ".":
        if decimals <= 0 or "." in text:
            return text
        return (text or "0") + "."
    if len(text) >= length_max or ("." in text and len(text.partition(".")[2]) >= decimals):
        return text
    return key if text == "0" and decimals >= 0 else text + key
