"""Two hundred answers as surveys have them, by language, and the encodings that can hold each."""

from __future__ import annotations

_GERMAN = """Stimme völlig zu|Stimme eher zu|Weiß nicht|Trifft überhaupt nicht zu|Zürich|Köln|Düsseldorf|München
Größere Städte|Männlich|Weiblich|Über 65 Jahre|Für mich persönlich wichtig|Möchte ich nicht beantworten|Häufig|Gelegentlich, höchstens
Höhere Schulbildung|Täglich|Wöchentlich|Österreich|Ärztin oder Arzt|Süßigkeiten|Straßenbahn|Geschäftsführer|Keine Präferenz|Äpfel und Öl
Unzufrieden – sehr|„Gut“ genug|Müsli|Übernachtung|Gemüse, frisch|Zufällig ausgewählt|Schönes Wetter|Gebühr zu hoch"""
_FRENCH = """Tout à fait d’accord|Plutôt d’accord|Pas du tout d’accord|Ne sait pas|Très satisfait|Déçu|« Très » utile|Régulièrement
Élève ou étudiant|Retraité|Employé|Cadre supérieur|Île-de-France|Rhône-Alpes|Bœuf|Cœur de ville|Hôtel|Déjà client|Français|Reçu par courrier
Moins de 1 000 €|Jamais ou presque|Préfère ne pas répondre|À la maison|Au-delà de 65 ans|Âgé de 18 à 24 ans|Où habitez-vous ?|Forêt
Élevé|Être écouté|Réseau social|Qualité – prix|Très bien noté|L’été dernier"""
_SPANISH = """Totalmente de acuerdo|Más bien en desacuerdo|¿Cómo está?|¡Muy bien!|Mañana|Según mi opinión|Señora|Niños|Español|Región
Atención al cliente|Público|Ningún problema|Satisfacción|Educación básica|Año pasado|Pequeño|Teléfono móvil|Sí|Quizás
Información|Jubilación|Málaga|Córdoba|León|Ávila|Última vez|Índice|Único|Óptimo|Cigüeña|Prefiero no contestar|50 € al mes|Él también"""
_PORTUGUESE = """Concordo totalmente|Não sei|São Paulo|Opinião|Avaliação|Às vezes|Você|Português|Educação|Saúde
Região Norte|Ótimo|Último mês|Não se aplica|Satisfação|Três vezes|Após o almoço|Maçã|Pão|Informação|Até 18 anos|Preço justo|Família
Índice de preços|Água|É possível|À noite|Órgão público|Serviços|Coração|Muito difícil|Açúcar|Pés"""
_ENGLISH = """It’s “fine” – really|I don’t know…|Can’t say|“Very” good|£10 – £20|€50 or more|Other — please say|Brand’s website|Won’t answer
Isn’t relevant|‘Maybe’|Café owner|Naïve|Résumé|Up to £5|Price: €3|It’s 20° outside|Trade mark™|Couldn’t care less|More than ½
I’d rather not|They’re honest|We’ve tried|You’ll see|Fiancée|Jalapeño|Doesn’t apply|That’s all|Let’s go|Shouldn’t
Ads – often|Friend’s advice|“No comment”"""
_JAPANESE = """とても満足|やや満足|どちらでもない|やや不満|とても不満|わからない|答えたくない|男性|女性|その他|東京都|大阪府|北海道|毎日|週に一度|月に一度
ほとんどない|会社員|学生|主婦|無職|インターネット|テレビ|新聞|友人から|はい|いいえ|二十歳未満|六十五歳以上|価格が高い|品質が良い|サービス"""


def _labels(text: str) -> tuple[str, ...]:
    return tuple(label for line in text.split("\n") for label in line.split("|"))


LABELS = {
    "German": _labels(_GERMAN),
    "French": _labels(_FRENCH),
    "Spanish": _labels(_SPANISH),
    "Portuguese": _labels(_PORTUGUESE),
    "English": _labels(_ENGLISH),
    "Japanese": _labels(_JAPANESE),
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp932")


def held(language: str, encoding: str) -> tuple[str, ...]:
    """Labels of a language that an encoding can write."""
    out = []
    for label in LABELS[language]:
        try:
            whole = label.encode(encoding).decode(encoding) == label  # Shift-JIS has a wide pound sign only
        except UnicodeEncodeError:
            continue
        out += [label] * whole
    return tuple(out)
